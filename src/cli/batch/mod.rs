//! `firstlane batch`: banks of questions.

mod dedupe;
pub(super) mod inputs;
mod output;
mod rows;
mod source;
mod summary;
mod targets;
mod work;
mod workers;

use std::{
    fs,
    io::{self, IsTerminal, Write as _},
    num::NonZero,
    path::{Path, PathBuf},
    thread,
    time::UNIX_EPOCH,
};

use anyhow::{Result, bail};
use clap::ValueEnum;
use firstlane::render::json_writer::Writer;
use firstlane::{
    Kind, Pack,
    input::{Fields, Format},
};
use indicatif::{ProgressBar, ProgressStyle};

use self::{
    dedupe::{Dedupe, Seen},
    inputs::Input,
    output::{Output, State},
    rows::{Layout, To},
    source::{Cursor, How, Source},
    work::{Counts, Done, Job, Worker},
};
use super::{Exit, Global, usage};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files, folders, patterns, or `-` for standard input
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Write to this file, which is there when all is in it; with `--to same` and several inputs, a folder
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// The format of the inputs [default: told by their content, then by their names]
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    from: Option<Format>,
    /// What to write [default: by the name of OUT; a table on a terminal, else jsonl]
    #[arg(long, value_name = "FORMAT", value_enum)]
    to: Option<To>,
    /// What the bank calls a field: `stem=Question`, `id=No`, `options=A,B,C,D`; may be repeated
    #[arg(long, value_name = "FIELD=NAME", value_parser = field)]
    map: Vec<(Field, String)>,
    /// Scores and evidence as columns too, in CSV and TSV
    #[arg(long)]
    evidence: bool,
    /// What `--to same` writes: lane, instinct, verify, status, or none
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "lane,instinct,verify,status")]
    tags: Vec<TagKey>,
    /// Exit with 1 if there is such a record
    #[arg(long, value_enum, value_name = "STATUS")]
    fail_on: Option<FailOn>,
    /// Stop at the first record that cannot be read
    #[arg(long)]
    strict: bool,
    /// Look for records that stand twice: the same id or stem, or nearly the same stem
    #[arg(long, value_enum, value_name = "WHAT")]
    dedupe: Option<Dedupe>,
    /// Go on with an interrupted run
    #[arg(long, requires = "output", conflicts_with_all = ["unordered", "dedupe"])]
    resume: bool,
    /// Write answers as they come, not in the order of the input
    #[arg(long)]
    unordered: bool,
    /// Threads [default: as many as there are processors]
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// Print answers by lane and status at the end, and the share of each chapter against the exam's
    #[arg(long)]
    summary: bool,
    /// Do not print the counts at the end, nor progress
    #[arg(short, long)]
    quiet: bool,
}

/// Which records make the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// No lane is claimed
    None,
    /// No lane is claimed, or a runner-up is close
    Close,
    /// It cannot be read
    Error,
}

impl FailOn {
    fn fails(self, counts: &Counts) -> bool {
        match self {
            Self::None => counts.none > 0,
            Self::Close => counts.none + counts.close() > 0,
            Self::Error => counts.unread > 0,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TagKey {
    Lane,
    Instinct,
    Verify,
    Status,
    None,
}

impl TagKey {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Lane => Some("lane"),
            Self::Instinct => Some("instinct"),
            Self::Verify => Some("verify"),
            Self::Status => Some("status"),
            Self::None => None,
        }
    }
}

/// Which of our fields another name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Id,
    Stem,
    Options,
}

fn format(name: &str) -> Result<Format, String> {
    Format::named(name).ok_or_else(|| {
        let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("the formats are {}", names.join(", "))
    })
}

fn field(written: &str) -> Result<(Field, String), String> {
    let (field, name) = written.split_once('=').ok_or("write FIELD=NAME, such as `stem=Question`")?;
    let field = match field.trim() {
        "id" => Field::Id,
        "stem" => Field::Stem,
        "options" => Field::Options,
        other => return Err(format!("`{other}` is not a field; the fields are id, stem, options")),
    };
    match name.trim() {
        "" => Err("there is no name behind `=`".to_owned()),
        name => Ok((field, name.to_owned())),
    }
}

pub(super) fn run(args: &Args, global: &Global) -> Result<Exit> {
    let (inputs, notes) = inputs::expand(&args.inputs, args.output.as_deref())?;
    let to = args.to.or_else(|| {
        let extension = args.output.as_deref().and_then(Path::extension)?;
        To::of_extension(&extension.to_string_lossy())
    });
    let to = to.unwrap_or(match args.output {
        None if io::stdout().is_terminal() => To::Table,
        _ => To::Jsonl,
    });
    let is_folder = |path: &&Path| {
        let written_so = path.to_string_lossy().ends_with('/');
        written_so || path.is_dir() || inputs.len() > 1 || args.inputs.iter().any(|input| input.is_dir())
    };
    let folder = args.output.as_deref().filter(|path| to == To::Same && is_folder(path));
    check(args, to, folder, &inputs);
    let mut batch = Batch::new(args, global, to)?;
    if !args.quiet {
        notes.iter().for_each(|note| say(note));
    }
    batch.alone = inputs.len() == 1;
    match folder {
        Some(folder) => {
            for (input, output) in targets::below(inputs, folder)? {
                batch.run(vec![input], Some(&output))?;
            }
        }
        None => {
            let inputs = inputs.into_iter().map(|input| input.path).collect();
            batch.run(inputs, args.output.as_deref())?;
        }
    }
    batch.end()
}

/// Ends with the exit code for a wrong command line if one thing that was asked for excludes another.
fn check(args: &Args, to: To, folder: Option<&Path>, inputs: &[Input]) {
    if to == To::Same && args.dedupe == Some(Dedupe::Drop) {
        usage("`--to same` keeps every record; use `--dedupe report`");
    }
    if to == To::Same && folder.is_none() && inputs.len() > 1 {
        usage("`--to same` writes a file for each input; name a folder with `-o`");
    }
    if args.resume && inputs.iter().any(|input| input.path == Path::new("-")) {
        usage("standard input cannot be read again, so that `--resume` cannot go on with it");
    }
    let Some(output) = args.output.as_deref() else { return };
    if folder.is_none() && targets::is_compressed(output) {
        let message = format!("`{}` would not be compressed; leave out the ending", output.display());
        usage(&message);
    }
    let real = fs::canonicalize(output).ok().filter(|real| real.is_file());
    let is_output = |input: &&Input| real.is_some() && fs::canonicalize(&input.path).ok() == real;
    if to != To::Same
        && let Some(input) = inputs.iter().find(is_output)
    {
        let message =
            format!("`{}` is an input and would be lost; name another output", input.path.display());
        usage(&message);
    }
}

/// Says something on standard error; what names and texts of banks have in them moves no cursor.
fn say(text: &str) {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    // Where nobody hears it, there is nothing to be done.
    let _ = writeln!(io::stderr(), "{shown}");
}

/// One call of the program: its inputs go through the same workers, and are counted together.
struct Batch<'a> {
    args: &'a Args,
    job: Job<'a>,
    fields: Fields,
    seen: Seen,
    counts: Counts,
    /// Whether there is but one input.
    alone: bool,
    /// Files that are not written back.
    left: usize,
}

impl<'a> Batch<'a> {
    fn new(args: &'a Args, global: &Global, to: To) -> Result<Self> {
        let engine = global.engine()?;
        let mut fields = Fields::default();
        for (at, (field, name)) in args.map.iter().enumerate() {
            if args.map[..at].iter().any(|(other, _)| other == field) {
                usage("`--map` names a field twice");
            }
            match field {
                Field::Id => fields.id = Some(name.clone()),
                Field::Stem => fields.stem = Some(name.clone()),
                Field::Options => fields.options.extend(name.split(',').map(|name| name.trim().to_owned())),
            }
        }
        let tags: Vec<_> = args.tags.iter().filter_map(|tag| tag.name()).collect();
        // For as long as the program runs, as the engine.
        let writer = Box::leak(Box::new(Writer::new(engine.pack())));
        let layout = Layout { pack: engine.pack(), writer, to, evidence: args.evidence };
        // They are needed until the program ends.
        let (tags, shared): (&'static [_], &'static Fields) =
            (Box::leak(tags.into()), Box::leak(Box::new(fields.clone())));
        let job = Job {
            engine,
            layout,
            fields: shared,
            most: global.max_bytes,
            tags,
            dedupe: args.dedupe.is_some(),
        };
        Ok(Self {
            args,
            job,
            fields,
            seen: Seen::default(),
            counts: Counts::default(),
            alone: false,
            left: 0,
        })
    }

    /// Classifies some inputs into one output.
    fn run(&mut self, inputs: Vec<PathBuf>, path: Option<&Path>) -> Result<()> {
        let Job { layout, most, .. } = self.job;
        let fingerprint = self.fingerprint(&inputs);
        let (mut output, state) = Output::open(path, &fingerprint, self.args.resume)?;
        let (cursor, mut read, mut written, mut counts) = match state {
            Some(state) => (state.cursor, state.read, state.written, state.counts),
            None => {
                let head = layout.head();
                output.write(&head)?;
                (Cursor::default(), 0, head.len() as u64, Counts::default())
            }
        };
        let bar = self.bar(&inputs, read);
        let how = How {
            from: self.args.from,
            fields: self.fields.clone(),
            most,
            whole: layout.to == To::Same,
            alone: self.alone,
        };
        let mut source = Source::new(inputs, how, cursor);
        let threads = self.args.threads.or_else(|| thread::available_parallelism().ok());
        let (job, args, seen) = (self.job, self.args, &mut self.seen);
        let mut first = counts.all() == 0;
        let mut left = false;
        let next = || {
            let part = source.next();
            for note in source.notes.drain(..) {
                bar.suspend(|| say(&note));
            }
            part
        };
        let take = |(name, mut done): (std::sync::Arc<str>, Done)| -> Result<()> {
            if args.strict
                && let Some(said) = done.said.first()
            {
                bail!("{said}");
            }
            bar.suspend(|| done.said.iter().for_each(|said| say(said)));
            left |= done.is_left;
            if let Some(dedupe) = args.dedupe {
                drop_doubles(&mut done, dedupe, seen, &name, |said| bar.suspend(|| say(said)));
            }
            counts.add(&done.counts);
            let rows = done.bytes.strip_prefix(layout.separator()).filter(|_| first).unwrap_or(&done.bytes);
            first &= done.bytes.is_empty();
            output.write(rows)?;
            written += rows.len() as u64;
            read += done.read;
            bar.inc(done.read);
            if !bar.is_hidden() {
                bar.set_message(lanes_so_far(layout.pack, &counts));
            }
            output.save(|| State {
                run: fingerprint.clone(),
                cursor: done.next,
                read,
                written,
                counts: counts.clone(),
            })
        };
        let worker = || {
            let mut worker = Worker::new(job);
            move |part: source::Part| (std::sync::Arc::clone(&part.name), worker.work(part))
        };
        let ran = workers::run(threads.unwrap_or(NonZero::<usize>::MIN), !args.unordered, next, worker, take);
        bar.finish_and_clear();
        let ended = ran.and_then(|()| output.write(layout.foot()));
        if let Err(error) = ended {
            let can_go_on = !args.strict && !args.unordered && args.dedupe.is_none();
            if let Some(partial) = output.give_up().filter(|_| can_go_on) {
                say(&format!("note: what is done is in `{}`; `--resume` goes on with it", partial.display()));
            }
            return Err(error);
        }
        if left {
            output.discard();
            self.left += 1;
        } else {
            output.finish()?;
        }
        self.counts.add(&counts);
        Ok(())
    }

    /// What a run does: program, pack, options and inputs.
    fn fingerprint(&self, inputs: &[PathBuf]) -> String {
        let pack = self.job.layout.pack;
        let mut run = format!(
            "firstlane {} pack {} {:016x} to {:?} evidence {} tags {:?} from {:?} fields {:?} most {}",
            env!("CARGO_PKG_VERSION"),
            pack.name(),
            pack.fingerprint(),
            self.job.layout.to,
            self.job.layout.evidence,
            self.job.tags,
            self.args.from,
            self.fields,
            self.job.most,
        );
        for input in inputs {
            let meta = fs::metadata(input).ok();
            let modified =
                meta.as_ref().and_then(|meta| meta.modified().ok()?.duration_since(UNIX_EPOCH).ok());
            let length = meta.map_or(0, |meta| meta.len());
            run += &format!(" {}:{length}:{}", input.display(), modified.unwrap_or_default().as_nanos());
        }
        run
    }

    /// Rate, time left and lanes so far, on a terminal; an interrupted run goes on from where it was.
    fn bar(&self, inputs: &[PathBuf], read: u64) -> ProgressBar {
        if self.args.quiet
            || !io::stderr().is_terminal()
            || io::stdout().is_terminal() && self.args.output.is_none()
        {
            return ProgressBar::hidden();
        }
        // How much there is in a pipe or a compressed file shows at its end.
        let length = |input: &PathBuf| {
            let meta = fs::metadata(input).ok().filter(fs::Metadata::is_file)?;
            (!targets::is_compressed(input)).then_some(meta.len())
        };
        let lengths: Option<Vec<u64>> = inputs.iter().map(length).collect();
        let style = "{bytes} of {total_bytes} {bytes_per_sec} {eta} left  {wide_msg}";
        let style = if lengths.is_some() { style } else { "{bytes} {bytes_per_sec} {elapsed}  {wide_msg}" };
        let bar = ProgressBar::new(lengths.map_or(0, |lengths| lengths.iter().sum()))
            .with_position(read)
            .with_style(ProgressStyle::with_template(style).expect("the template is well formed"));
        // What was read before does not count for the rate.
        bar.reset_eta();
        bar
    }

    /// Counts, and the exit code.
    fn end(self) -> Result<Exit> {
        let counts = &self.counts;
        let all = counts.all();
        if all == 0 {
            bail!("the input holds no record");
        }
        if !self.args.quiet {
            let (clear, close) = (counts.clear(), counts.close());
            let Counts { none, unread, dropped, .. } = counts;
            let noun = if all == 1 { "record" } else { "records" };
            let doubles = if *dropped > 0 { format!(", {dropped} doubles dropped") } else { String::new() };
            let left = match self.left {
                0 => String::new(),
                1 => "; one file is not written".to_owned(),
                left => format!("; {left} files are not written"),
            };
            say(&format!(
                "{all} {noun}: {clear} clear, {close} close, {none} none, {unread} cannot be read{doubles}{left}"
            ));
        }
        if self.args.summary {
            summary::write(self.job.layout.pack, counts, &mut io::stderr().lock())?;
        }
        Ok(match self.args.fail_on {
            Some(FailOn::Error) if counts.unread > 0 => Exit::Gate,
            _ if counts.unread > 0 || self.left > 0 => Exit::Input,
            Some(on) if on.fails(counts) => Exit::Gate,
            _ => Exit::Done,
        })
    }
}

/// Takes the doubles out of what was made of a part, or only says which they are; counts its records.
fn drop_doubles(done: &mut Done, dedupe: Dedupe, seen: &mut Seen, name: &str, mut say: impl FnMut(&str)) {
    let mut kept = Vec::with_capacity(done.bytes.len());
    let mut start = 0;
    for row in done.rows.drain(..) {
        let double = row.sketch.as_ref().and_then(|sketch| Some((sketch.line, seen.add(name, sketch)?)));
        let drops = double.is_some() && dedupe == Dedupe::Drop;
        if let Some((line, what)) = double {
            say(&format!("{name}:{line}: {what}"));
        }
        if drops {
            done.counts.dropped += 1;
        } else {
            kept.extend_from_slice(&done.bytes[start..row.end]);
            done.counts.add(&row.counts);
        }
        start = row.end;
    }
    kept.extend_from_slice(&done.bytes[start..]);
    done.bytes = kept;
}

fn lanes_so_far(pack: &Pack, counts: &Counts) -> String {
    let mut lanes: Vec<_> =
        pack.of_kind(Kind::Lane).zip(&counts.lanes).map(|(lane, n)| (n[0] + n[1], lane)).collect();
    lanes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let lanes =
        lanes.iter().filter(|(n, _)| *n > 0).map(|(n, lane)| format!("{} {n}", pack.target(*lane).id));
    lanes.chain([format!("none {}", counts.none)]).collect::<Vec<_>>().join(", ")
}
