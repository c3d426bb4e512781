//! stub
#![allow(missing_docs)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    Story,
    Ask,
    Option,
}
impl Zone {
    pub fn name(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Ask => "ask",
            Self::Option => "option",
        }
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment<'t> {
    pub zone: Zone,
    pub text: &'t str,
    pub start: usize,
    pub option: Option<u16>,
}
#[derive(Debug, Clone, Default)]
pub struct Question<'t> {
    segments: Vec<Segment<'t>>,
}
impl<'t> Question<'t> {
    pub(crate) fn of(segments: Vec<Segment<'t>>) -> Self {
        Self { segments }
    }
    pub fn split(text: &'t str) -> Self {
        Self::from_parts(text, [])
    }
    pub fn from_parts<I: IntoIterator<Item = &'t str>>(stem: &'t str, options: I) -> Self {
        let cut = stem
            .trim_end_matches(|c| c == '?' || c == ' ' || c == '.' || c == '\n')
            .rfind(['.', '\n'])
            .map_or(0, |i| i + 1);
        let mut segments = vec![];
        if cut > 0 {
            segments.push(Segment { zone: Zone::Story, text: &stem[..cut], start: 0, option: None });
        }
        segments.push(Segment { zone: Zone::Ask, text: &stem[cut..], start: cut, option: None });
        for (i, o) in options.into_iter().enumerate() {
            segments.push(Segment { zone: Zone::Option, text: o, start: 0, option: Some(i as u16) });
        }
        Self { segments }
    }
    pub fn segments(&self) -> &[Segment<'t>] {
        &self.segments
    }
    pub fn is_empty(&self) -> bool {
        self.segments.iter().all(|s| !s.text.contains(char::is_alphanumeric))
    }
}
