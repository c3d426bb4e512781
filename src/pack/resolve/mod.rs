//! Shapes to a pack.
//!
//! In: the files as written. Out: a pack in which ids are unique, references are indexes, phrases are forms and
//! numbers are in range; or every fault that stands against that.

mod rules;

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use toml::Spanned;

use super::{
    Accept, Allow, Chapter, Cue, CueIx, Detail, Example, Kind, List, Negation, NegationWords, Pack, Target,
    TargetIx, Thresholds, Use, Uses, phrase,
    schema::{self, Points, Text},
};
use crate::problem::{Code, Place, Problem, Problems, Source, nearest};

/// The version of the rule language that this program reads.
const SCHEMA: i64 = 1;
/// Points of a rule for one target.
const POINTS: std::ops::RangeInclusive<f64> = -10.0..=10.0;

type Files = Vec<(Arc<Source>, schema::File)>;

/// What is known while resolving.
struct Resolver {
    problems: Problems,
    /// Problems found already, before anything was resolved: references may fail only because of them.
    damaged: bool,
    lists: phrase::Lists,
    /// Targets that rules and lanes may point at, by id. Steps off the checklist are not among them.
    ids: BTreeMap<String, (Kind, TargetIx)>,
    /// Ids taken, by the kind that took them.
    taken: BTreeMap<String, Kind>,
    cues: Vec<Cue>,
    known: BTreeMap<(bool, String), CueIx>,
    uses: Vec<Vec<Use>>,
}

/// Resolves the files of a pack.
pub(super) fn pack(mut files: Files, problems: Problems) -> Result<Pack, Problems> {
    let mut resolver = Resolver {
        damaged: !problems.0.is_empty(),
        problems,
        lists: BTreeMap::new(),
        ids: BTreeMap::new(),
        taken: BTreeMap::new(),
        cues: Vec::new(),
        known: BTreeMap::new(),
        uses: Vec::new(),
    };
    let lists = resolver.lists(&mut files);
    let (targets, kinds, targets_places) = resolver.targets(&files);
    let chapters = resolver.chapters(&files);
    let targets = resolver.lane_references(targets, &files, &chapters);
    let head = resolver.manifest(&mut files);
    let calibration = resolver.calibration(&files);
    let allows = files.iter_mut().flat_map(|(source, file)| allows(std::mem::take(&mut file.allow), source));
    let allows = allows.collect();
    let accepts = resolver.accepts(&mut files);
    let cases = rules::cases(&mut files);
    let mut rules = resolver.rules(files);
    resolver.cases(cases, &mut rules);
    if rules.is_empty() && !resolver.damaged {
        resolver
            .problems
            .push(Problem::new(Code::EmptyPack, "the pack has no rule").help("add a `[[rule]]`"));
    }
    match head {
        Some(head) if resolver.problems.0.is_empty() => Ok(Pack {
            name: head.name,
            title: head.title,
            version: head.version,
            source: head.source,
            zones: head.zones,
            thresholds: head.thresholds,
            negation_words: head.negation.as_ref().map(|(_, words)| words.clone()).unwrap_or_default(),
            negation: head.negation.map(|(negation, _)| negation),
            calibration,
            chapters,
            targets,
            kinds,
            rules,
            cues: resolver.cues,
            uses: Uses::new(resolver.uses),
            lists,
            allows,
            place: head.place,
            targets_places,
            thresholds_places: head.thresholds_places,
            accepts,
        }),
        _ => Err(resolver.problems.sorted()),
    }
}

/// The header keys of the manifest.
struct Head {
    name: String,
    title: String,
    version: String,
    source: String,
    zones: [f64; 3],
    thresholds: Thresholds,
    thresholds_places: Vec<Place>,
    negation: Option<(Negation, NegationWords)>,
    place: Place,
}

impl Resolver {
    fn report(&mut self, problem: Problem, source: &Arc<Source>, span: Range<usize>) {
        self.problems.push(problem.at(source, span));
    }

    fn id(&mut self, id: &Text, source: &Arc<Source>) {
        let text = id.get_ref();
        let kebab = !text.is_empty()
            && text.split('-').all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if !kebab {
            let problem = Problem::new(Code::BadId, format!("id `{text}` is not kebab-case"))
                .help("use lower-case letters, digits and single hyphens");
            self.report(problem, source, id.span());
        }
    }

    fn range(
        &mut self,
        what: &str,
        value: f64,
        range: std::ops::RangeInclusive<f64>,
        source: &Arc<Source>,
        span: Range<usize>,
    ) {
        if !range.contains(&value) {
            let message = format!("{what} is {value}, outside {} to {}", range.start(), range.end());
            self.report(Problem::new(Code::BadNumber, message), source, span);
        }
    }

    fn lists(&mut self, files: &mut Files) -> Vec<List> {
        let mut first: BTreeMap<String, ()> = BTreeMap::new();
        let mut written = Vec::new();
        for (source, file) in files.iter() {
            for (name, entries) in &file.lists {
                self.id(name, source);
                if first.insert(name.get_ref().clone(), ()).is_some() {
                    let problem = Problem::new(
                        Code::DuplicateId,
                        format!("list `{}` is defined twice", name.get_ref()),
                    );
                    self.report(problem, source, name.span());
                }
                if entries.is_empty() {
                    let problem =
                        Problem::new(Code::EmptyPhrase, format!("list `{}` is empty", name.get_ref()));
                    self.report(problem, source, name.span());
                }
                written.push(List {
                    name: name.get_ref().clone(),
                    place: Place { source: Arc::clone(source), span: name.span() },
                    phrases: examples(entries, source),
                });
            }
        }
        self.lists = phrase::lists(files.iter_mut().map(|(_, file)| file));
        written
    }

    /// All targets, lanes first; what lanes refer to is filled in later.
    fn targets(&mut self, files: &Files) -> (Vec<Target>, [Range<u16>; 5], Vec<Place>) {
        let (mut targets, mut places) = (Vec::new(), Vec::new());
        let mut kinds: [Range<u16>; 5] = Default::default();
        for kind in Kind::ALL {
            let start = targets.len() as u16;
            for (source, file) in files {
                for (id, mut target) in of_kind(file, kind) {
                    target.place = Place { source: Arc::clone(source), span: id.span() };
                    self.id(id, source);
                    let ix = TargetIx(u16::try_from(targets.len()).unwrap_or(u16::MAX));
                    if let Some(other) = self.taken.insert(id.get_ref().clone(), kind) {
                        let message = format!("id `{}` is taken by a {} already", id.get_ref(), other.name());
                        let problem =
                            Problem::new(Code::DuplicateId, message).help("ids are unique in the whole pack");
                        self.report(problem, source, id.span());
                    } else if target.detail != (Detail::Step { checklist: false }) {
                        self.ids.insert(id.get_ref().clone(), (kind, ix));
                    }
                    targets.push(target);
                    places.push(Place { source: Arc::clone(source), span: id.span() });
                }
            }
            kinds[kind as usize] = start..targets.len() as u16;
        }
        if kinds[0].is_empty() && !self.damaged {
            self.problems
                .push(Problem::new(Code::EmptyPack, "the pack has no lane").help("add a `[[lane]]`"));
        }
        (targets, kinds, places)
    }

    fn chapters(&mut self, files: &Files) -> Vec<Chapter> {
        let mut chapters: Vec<Chapter> = Vec::new();
        for (source, file) in files {
            for chapter in &file.chapter {
                let number = *chapter.number.get_ref();
                if chapters.iter().any(|c| c.number == number) {
                    let problem =
                        Problem::new(Code::DuplicateId, format!("chapter {number} is defined twice"));
                    self.report(problem, source, chapter.number.span());
                }
                chapters.push(Chapter { number, title: chapter.title.clone(), share: chapter.share });
            }
        }
        chapters
    }

    fn lane_references(
        &mut self,
        mut targets: Vec<Target>,
        files: &Files,
        chapters: &[Chapter],
    ) -> Vec<Target> {
        let lanes = files.iter().flat_map(|(source, file)| file.lane.iter().map(move |lane| (source, lane)));
        for (at, (source, lane)) in lanes.enumerate() {
            if !chapters.iter().any(|c| c.number == *lane.chapter.get_ref()) && !self.damaged {
                let message = format!(
                    "lane `{}` is in chapter {}, which this pack does not have",
                    lane.id.get_ref(),
                    lane.chapter.get_ref()
                );
                self.report(Problem::new(Code::UnknownId, message), source, lane.chapter.span());
            }
            let own_recheck = lane
                .recheck
                .as_ref()
                .and_then(|id| self.target(id, &[Kind::Instinct], "lane", lane.id.get_ref(), source));
            let own_prior =
                self.points(&lane.prior, &[Kind::Instinct, Kind::Step], "lane", lane.id.get_ref(), source);
            if let Detail::Lane { recheck, prior, .. } = &mut targets[at].detail {
                *recheck = own_recheck;
                *prior = own_prior.into_iter().map(|(ix, number, _)| (ix, number)).collect();
            }
        }
        targets
    }

    /// The target that an id names, if it is of one of these kinds.
    fn target(
        &mut self,
        id: &Text,
        kinds: &[Kind],
        what: &str,
        who: &str,
        source: &Arc<Source>,
    ) -> Option<TargetIx> {
        let found = self.ids.get(id.get_ref()).filter(|(kind, _)| kinds.contains(kind)).map(|(_, ix)| *ix);
        if found.is_none() && !self.damaged {
            let kind = kinds.iter().map(|k| k.name()).collect::<Vec<_>>().join(" or ");
            let message =
                format!("{what} `{who}` points at {kind} `{}`, which this pack does not have", id.get_ref());
            let known: Vec<&str> =
                self.ids.iter().filter(|(_, (k, _))| kinds.contains(k)).map(|(id, _)| id.as_str()).collect();
            let help = match nearest(id.get_ref(), known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", known.join(", ")),
            };
            let problem = Problem::new(Code::UnknownId, message).label(format!("not a {kind} id")).help(help);
            self.report(problem, source, id.span());
        }
        found
    }

    fn points(
        &mut self,
        points: &Points,
        kinds: &[Kind],
        what: &str,
        who: &str,
        source: &Arc<Source>,
    ) -> Vec<(TargetIx, f64, Place)> {
        let mut resolved = Vec::new();
        for (id, value) in points {
            let number = *value.get_ref();
            if number == 0.0 || !POINTS.contains(&number) {
                let message = format!("{what} `{who}` gives {number} points, outside -10 to 10 without 0");
                self.report(Problem::new(Code::BadNumber, message).label("points"), source, value.span());
            }
            let place = Place { source: Arc::clone(source), span: value.span() };
            resolved.extend(self.target(id, kinds, what, who, source).map(|ix| (ix, number, place)));
        }
        resolved
    }

    fn manifest(&mut self, files: &mut Files) -> Option<Head> {
        let with_header: Vec<usize> = (0..files.len()).filter(|&at| files[at].1.schema.is_some()).collect();
        let Some(&at) = with_header.first() else {
            if !self.damaged {
                let problem = Problem::new(Code::EmptyPack, "the pack has no manifest");
                self.problems.push(problem.help(
                    "one file must have `schema = 1`, `name`, `title`, `version`, `zones` and `thresholds`",
                ));
            }
            return None;
        };
        for &other in &with_header[1..] {
            let span = files[other].1.schema.as_ref().map_or(0..0, Spanned::span);
            let problem =
                Problem::new(Code::DuplicateId, format!("`{}` has a manifest already", files[at].0.name));
            let source = Arc::clone(&files[other].0);
            self.report(problem.help("keep `schema` in one file"), &source, span);
        }
        let (source, file) = &mut files[at];
        let source = Arc::clone(source);
        let schema = file.schema.take().expect("the file was chosen for it");
        if *schema.get_ref() != SCHEMA {
            let message = format!("schema {} is not supported", schema.get_ref());
            let problem = Problem::new(Code::UnsupportedSchema, message)
                .help(format!("this program reads schema {SCHEMA}"));
            self.report(problem, &source, schema.span());
        }
        for (key, there) in [
            ("name", file.name.is_some()),
            ("title", file.title.is_some()),
            ("version", file.version.is_some()),
            ("zones", file.zones.is_some()),
            ("thresholds", file.thresholds.is_some()),
        ] {
            if !there && !self.damaged {
                let problem = Problem::new(Code::MissingKey, format!("manifest key `{key}` is missing"));
                self.report(problem.label("the manifest begins here"), &source, schema.span());
            }
        }
        let negation = file.negation.take().map(|negation| self.negation(negation, &source));
        let (name, zones, thresholds) = (file.name.take()?, file.zones.take()?, file.thresholds.take()?);
        self.id(&name, &source);
        let (span, zones) = (zones.span(), zones.into_inner());
        let zones = [zones.story, zones.ask, zones.option];
        for factor in zones {
            self.range("zone factor", factor, 0.0..=10.0, &source, span.clone());
        }
        let (span, t) = (thresholds.span(), thresholds.into_inner());
        let written = [t.lane, t.margin, t.instinct, t.pair, t.hook];
        for value in &written {
            self.range("threshold", *value.get_ref(), 0.0..=100.0, &source, span.clone());
        }
        let thresholds_places =
            written.iter().map(|value| Place { source: Arc::clone(&source), span: value.span() }).collect();
        let [lane, margin, instinct, pair, hook] = written.map(Spanned::into_inner);
        let thresholds = Thresholds { lane, margin, instinct, pair, hook };
        Some(Head {
            name: name.into_inner(),
            title: file.title.take()?,
            version: file.version.take()?,
            source: file.source.take().unwrap_or_default(),
            zones,
            thresholds,
            thresholds_places,
            negation,
            place: Place { span: schema.span(), source },
        })
    }

    fn negation(&mut self, negation: schema::Negation, source: &Arc<Source>) -> (Negation, NegationWords) {
        let factor = *negation.factor.get_ref();
        self.range("negation factor", factor, 0.0..=1.0, source, negation.factor.span());
        for (phrases, role) in [
            (&negation.words, Use::Negates),
            (&negation.except, Use::NegatesNot),
            (&negation.question, Use::NegatesQuestion),
        ] {
            for phrase in phrases {
                self.phrase(phrase, role, source);
            }
        }
        let written =
            [&negation.words, &negation.except, &negation.question].map(|phrases| examples(phrases, source));
        (Negation { within: negation.within.into(), factor }, written)
    }

    /// What the files say of the manifest.
    fn accepts(&mut self, files: &mut Files) -> Vec<Accept> {
        let mut accepts = Vec::new();
        for (source, file) in files {
            for accept in std::mem::take(&mut file.accept) {
                accepts.push(self.accept(&accept, source));
            }
        }
        accepts
    }

    fn accept(&mut self, accept: &schema::Accept, source: &Arc<Source>) -> Accept {
        if accept.reason.get_ref().trim().is_empty() {
            let problem = Problem::new(Code::MissingKey, "a change is accepted without a reason");
            self.report(problem.help("say why no test needs to notice it"), source, accept.reason.span());
        }
        Accept { mutant: example(&accept.mutant, source), reason: accept.reason.get_ref().clone() }
    }

    fn calibration(&mut self, files: &Files) -> Vec<[f64; 2]> {
        let mut points: Vec<[f64; 2]> = Vec::new();
        for (source, file) in files {
            for point in &file.calibration {
                let [share, right] = *point.get_ref();
                let rises = points.last().is_none_or(|last| last[0] < share && last[1] <= right);
                if !rises || !(0.0..=1.0).contains(&share) || !(0.0..=1.0).contains(&right) {
                    let problem =
                        Problem::new(Code::BadNumber, "calibration points must rise and lie between 0 and 1");
                    self.report(problem, source, point.span());
                }
                points.push([share, right]);
            }
        }
        points
    }
}

fn example(text: &Text, source: &Arc<Source>) -> Example {
    Example { text: text.get_ref().clone(), place: Place { source: Arc::clone(source), span: text.span() } }
}

fn allows(written: Vec<schema::Allow>, source: &Arc<Source>) -> Vec<Allow> {
    let allow = |allow: schema::Allow| Allow {
        code: example(&allow.code, source),
        of: allow.of,
        reason: example(&allow.reason, source),
    };
    written.into_iter().map(allow).collect()
}

fn examples(texts: &[Text], source: &Arc<Source>) -> Vec<Example> {
    texts.iter().map(|text| example(text, source)).collect()
}

/// The targets of one kind in a file, with their ids.
fn of_kind(file: &schema::File, kind: Kind) -> Vec<(&Text, Target)> {
    let target = |id: &Text, text: &str, source: &schema::Row, detail| Target {
        id: id.get_ref().clone(),
        text: text.to_owned(),
        source: source.clone(),
        detail,
        place: Place::default(),
    };
    match kind {
        Kind::Lane => file
            .lane
            .iter()
            .map(|x| {
                let detail = Detail::Lane {
                    chapter: *x.chapter.get_ref(),
                    about: x.about.clone(),
                    recheck: None,
                    prior: Vec::new(),
                };
                (&x.id, target(&x.id, &x.title, &x.source, detail))
            })
            .collect(),
        Kind::Instinct => file
            .instinct
            .iter()
            .map(|x| (&x.id, target(&x.id, &x.text, &x.source, Detail::Instinct { when: x.when.clone() })))
            .collect(),
        Kind::Step => file
            .step
            .iter()
            .map(|x| (&x.id, target(&x.id, &x.title, &x.source, Detail::Step { checklist: x.checklist })))
            .collect(),
        Kind::Pair => file
            .pair
            .iter()
            .map(|x| (&x.id, target(&x.id, &x.text, &x.source, Detail::Pair { sides: x.sides.clone() })))
            .collect(),
        Kind::Hook => {
            file.hook.iter().map(|x| (&x.id, target(&x.id, &x.text, &x.source, Detail::Hook))).collect()
        }
    }
}
