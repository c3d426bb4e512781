//! Compressed banks: gzip and Zstandard, told by their first bytes.
//!
//! In: the bytes of a file, as a stream. Out: the same stream, or what it holds decompressed, as a stream too. Members and
//! frames behind one another are one file, as gzip and zstd themselves have it. What is cut short or damaged is an error
//! that says so, after all that could be read.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

const GZIP: &[u8] = b"\x1f\x8b\x08";
const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd";
const BUFFER: usize = 1 << 16;

/// The bytes of a bank, decompressed if they are compressed.
///
/// # Errors
///
/// What reading the first bytes gave.
pub fn decompressed<'r>(mut reader: impl BufRead + Send + 'r) -> io::Result<Box<dyn BufRead + Send + 'r>> {
    // A pipe may give its first bytes one by one.
    let mut head = Vec::with_capacity(ZSTANDARD.len());
    reader.by_ref().take(ZSTANDARD.len() as u64).read_to_end(&mut head)?;
    let (is_gzip, is_zstandard) = (head.starts_with(GZIP), head.starts_with(ZSTANDARD));
    let whole = Cursor::new(head).chain(reader);
    if is_gzip {
        let inner = MultiGzDecoder::new(whole);
        Ok(Box::new(BufReader::with_capacity(BUFFER, Told { inner, what: "gzip" })))
    } else if is_zstandard {
        let inner = Frames { reader: whole, frame: None };
        Ok(Box::new(BufReader::with_capacity(BUFFER, Told { inner, what: "Zstandard" })))
    } else {
        Ok(Box::new(whole))
    }
}

/// A reader whose errors say what is wrong with the file.
struct Told<R> {
    inner: R,
    what: &'static str,
}

impl<R: Read> Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let what = self.what;
        self.inner.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            io::ErrorKind::UnexpectedEof => io::Error::new(
                error.kind(),
                format!("{what} data ends too early: a part of the file is missing"),
            ),
            kind => io::Error::new(kind, format!("{what} data is damaged: {error}")),
        })
    }
}

/// Zstandard frames, one behind another.
struct Frames<R> {
    reader: R,
    /// The frame that is being read; none before a frame and at the end.
    frame: Option<Box<FrameDecoder>>,
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(frame) = &mut self.frame else {
                if buffer.is_empty() || self.reader.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.frame = begin(&mut self.reader)?;
                continue;
            };
            while frame.can_collect() == 0 && !frame.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                frame.decode_blocks(&mut self.reader, one).map_err(|error| cut(&error))?;
            }
            let count = frame.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            if frame.get_checksum_from_data().is_some_and(|sum| Some(sum) != frame.get_calculated_checksum())
            {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum does not fit"));
            }
            self.frame = None;
        }
    }
}

/// Begins a frame; one that is to be skipped is none.
fn begin(reader: &mut impl BufRead) -> io::Result<Option<Box<FrameDecoder>>> {
    let mut decoder = FrameDecoder::new();
    match decoder.init(&mut *reader) {
        Ok(()) => Ok(Some(Box::new(decoder))),
        Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
            io::copy(&mut reader.take(u64::from(length)), &mut io::sink())?;
            Ok(None)
        }
        Err(error) => Err(cut(&error)),
    }
}

/// An error of the decoder; the end of the file inside a frame is somewhere among its causes.
fn cut(error: &(dyn std::error::Error + 'static)) -> io::Error {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let is_end = causes
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::UnexpectedEof);
    let kind = if is_end { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::InvalidData };
    io::Error::new(kind, error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("a vector takes all");
        encoder.finish().expect("a vector takes all")
    }

    fn zstandard(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    fn read(bytes: &[u8]) -> Result<String, String> {
        let mut text = String::new();
        // One byte at a time, as a slow pipe gives them.
        let mut reader =
            decompressed(BufReader::with_capacity(1, bytes)).map_err(|error| error.to_string())?;
        reader.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    #[test]
    fn members_and_frames_are_one_file() {
        for whole in [
            b"one two".to_vec(),
            [gzip(b"one "), gzip(b"two")].concat(),
            [zstandard(b"one "), b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstandard(b"two")].concat(),
        ] {
            assert_eq!(read(&whole).as_deref(), Ok("one two"));
        }
        for short in [&b""[..], b"\x1f\x8b", b"a"] {
            let mut bytes = Vec::new();
            decompressed(short)
                .and_then(|mut reader| reader.read_to_end(&mut bytes))
                .expect("nothing to unpack");
            assert_eq!(bytes, short);
        }
    }

    #[test]
    fn what_is_cut_short_or_damaged_is_told() {
        let text = "Where should drift be watched? ".repeat(3);
        for (whole, what) in [(gzip(text.as_bytes()), "gzip"), (zstandard(text.as_bytes()), "Zstandard")] {
            for cut in [5, whole.len() / 2, whole.len() - 1] {
                let said = read(&whole[..cut]).expect_err("it is cut");
                assert_eq!(
                    said,
                    format!("{what} data ends too early: a part of the file is missing"),
                    "{cut}"
                );
            }
            let mut wrong = whole.clone();
            let last = wrong.len() - 2;
            wrong[last] ^= 0x55;
            let said = read(&wrong).expect_err("its checksum or size is wrong");
            assert!(said.starts_with(&format!("{what} data is damaged: ")), "{said}");
        }
    }
}
