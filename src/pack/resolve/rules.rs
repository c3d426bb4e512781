//! Rules and their tests: shapes to conditions, phrases to cues.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use toml::Spanned;

use super::{Files, Resolver, allows, examples};
use crate::{
    pack::{
        Cue, CueIx, Kind, Limits, Matcher, Near, Part, Pattern, Rule, RuleIx, Use, When, Written, ZoneSet,
        phrase,
        schema::{self, Text},
    },
    problem::{Code, Place, Problem, Source, nearest},
    zone::Zone,
};

impl Resolver {
    pub(super) fn rules(&mut self, files: Files) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (source, file) in files {
            for rule in file.rule {
                let ix = RuleIx(u16::try_from(rules.len()).unwrap_or(u16::MAX));
                self.id(&rule.id, &source);
                let id = rule.id.get_ref();
                if let Some(&first) = seen.get(id) {
                    let place = &rules[first].place;
                    let (line, _) = place.source.line_column(place.span.start);
                    let message =
                        format!("rule `{id}` is defined twice, first at {}:{line}", place.source.name);
                    self.report(Problem::new(Code::DuplicateId, message), &source, rule.id.span());
                } else {
                    seen.insert(id.clone(), rules.len());
                }
                let rule = self.rule(rule, ix, &source);
                rules.push(rule);
            }
        }
        rules
    }

    /// Gives rules the tests that stand apart from them.
    pub(super) fn cases(&mut self, cases: Vec<(Arc<Source>, schema::Cases)>, rules: &mut [Rule]) {
        let at: BTreeMap<String, usize> = rules.iter().map(|rule| rule.id.clone()).zip(0..).collect();
        for (source, cases) in cases {
            let id = cases.rule.get_ref();
            let Some(&at) = at.get(id) else {
                if !self.damaged {
                    let message = format!("there is no rule `{id}` to test");
                    let problem = Problem::new(Code::UnknownId, message);
                    let problem = match nearest(id, at.keys().map(String::as_str)) {
                        Some(near) => problem.help(format!("did you mean `{near}`?")),
                        None => problem.help("`firstlane rules list` lists the rules"),
                    };
                    self.report(problem, &source, cases.rule.span());
                }
                continue;
            };
            let rule = &mut rules[at];
            rule.examples.extend(examples(&cases.examples, &source));
            rule.counterexamples.extend(examples(&cases.counterexamples, &source));
            rule.todo.extend(examples(&cases.todo, &source));
        }
    }

    fn rule(&mut self, rule: schema::Rule, ix: RuleIx, source: &Arc<Source>) -> Rule {
        let (span, id) = (rule.id.span(), rule.id.into_inner());
        let targets = [
            (&rule.lane, Kind::Lane),
            (&rule.instinct, Kind::Instinct),
            (&rule.verify, Kind::Step),
            (&rule.pair, Kind::Pair),
            (&rule.hook, Kind::Hook),
        ];
        let mut points = Vec::new();
        for (map, kind) in targets {
            points.extend(self.points(map, &[kind], "rule", &id, source));
        }
        points.sort_by_key(|(target, ..)| *target);
        let (points, points_places) =
            points.into_iter().map(|(target, number, place)| ((target, number), place)).unzip();
        if targets.iter().all(|(map, _)| map.is_empty()) && !self.damaged {
            let problem = Problem::new(Code::NoTarget, format!("rule `{id}` speaks for nothing"));
            self.report(
                problem.help("add `lane`, `instinct`, `verify`, `pair` or `hook`"),
                source,
                span.clone(),
            );
        }
        let conditions = !rule.words.is_empty()
            || !rule.patterns.is_empty()
            || rule.near.is_some()
            || !rule.all.is_empty();
        if !conditions && !self.damaged {
            let problem =
                Problem::new(Code::NoCondition, format!("rule `{id}` can never fire: it has no condition"));
            self.report(problem.help("add `words`, `patterns`, `near` or `all`"), source, span.clone());
        }
        let mut written = Vec::new();
        let mut any = self.part(&rule.words, (ix, Part::Words), source, &mut written);
        any.extend(self.part(&rule.patterns, (ix, Part::Patterns), source, &mut written));
        let place = |span: Range<usize>| Place { source: Arc::clone(source), span };
        let limits = Limits {
            zones: rule.zones.as_ref().map(|zones| place(zones.span())),
            within: rule.near.as_ref().map(|near| place(near.within.span())),
            groups: rule.all.iter().map(|group| place(group.span())).collect(),
        };
        let near = rule.near.map(|near| Near {
            words: self.group(&near.words, (ix, Part::Near), source, &mut written),
            to: self.group(&near.to, (ix, Part::NearTo), source, &mut written),
            within: near.within.into_inner().into(),
        });
        let groups = rule.all.iter().enumerate();
        let all: Vec<_> = groups
            .map(|(at, group)| self.group(group, (ix, Part::All(at as u16)), source, &mut written))
            .collect();
        let none = self.part(&rule.none, (ix, Part::None), source, &mut written);
        let zones = rule.zones.map_or_else(ZoneSet::default, |zones| {
            ZoneSet::of(zones.into_inner().into_iter().map(|zone| match zone {
                schema::ZoneName::Story => Zone::Story,
                schema::ZoneName::Ask => Zone::Ask,
                schema::ZoneName::Option => Zone::Option,
            }))
        });
        let ignores_negation = rule.negated == schema::Negated::Count;
        Rule {
            id,
            points,
            when: When { any, near, all, none, zones, ignores_negation },
            examples: examples(&rule.examples, source),
            counterexamples: examples(&rule.counterexamples, source),
            todo: examples(&rule.todo, source),
            accepts: rule.accept.iter().map(|accept| self.accept(accept, source)).collect(),
            written,
            points_places,
            limits,
            place: Place { source: Arc::clone(source), span },
            allows: allows(rule.allow, source),
        }
    }

    fn group(
        &mut self,
        group: &Spanned<Vec<Text>>,
        part: (RuleIx, Part),
        source: &Arc<Source>,
        written: &mut Vec<Written>,
    ) -> Vec<CueIx> {
        if group.get_ref().is_empty() {
            let problem = Problem::new(Code::EmptyPhrase, "group has no phrase, so nothing can fill it");
            self.report(problem, source, group.span());
        }
        self.part(group.get_ref(), part, source, written)
    }

    /// The cues of a key of a rule.
    fn part(
        &mut self,
        texts: &[Text],
        (rule, part): (RuleIx, Part),
        source: &Arc<Source>,
        written: &mut Vec<Written>,
    ) -> Vec<CueIx> {
        let role = match part {
            Part::Words | Part::Patterns => Use::Any(rule),
            Part::Near => Use::Near(rule),
            Part::NearTo => Use::NearTo(rule),
            Part::All(group) => Use::All(rule, group),
            Part::None => Use::None(rule),
        };
        let mut cues = Vec::with_capacity(texts.len());
        for text in texts {
            let cue = match part {
                Part::Patterns => self.pattern(text, role, source),
                _ => self.phrase(text, role, source),
            };
            let Some(cue) = cue else { continue };
            let place = Place { source: Arc::clone(source), span: text.span() };
            written.push(Written { part, cue, place });
            cues.push(cue);
        }
        cues
    }

    pub(super) fn phrase(&mut self, phrase: &Text, role: Use, source: &Arc<Source>) -> Option<CueIx> {
        let key = (false, phrase.get_ref().clone());
        let cue = match self.known.get(&key) {
            Some(&cue) => cue,
            None => match phrase::forms(phrase.get_ref(), &self.lists) {
                Ok(forms) => self.cue(key, Matcher::Phrase(forms)),
                Err(problem) if self.damaged && problem.code == Code::UnknownList => return None,
                Err(problem) => {
                    self.report(problem, source, phrase.span());
                    return None;
                }
            },
        };
        self.uses[cue.index()].push(role);
        Some(cue)
    }

    fn pattern(&mut self, pattern: &Text, role: Use, source: &Arc<Source>) -> Option<CueIx> {
        let key = (true, pattern.get_ref().clone());
        let cue = match self.known.get(&key) {
            Some(&cue) => cue,
            None => match Pattern::parse(pattern.get_ref()) {
                Ok(parsed) => self.cue(key, Matcher::Pattern(parsed)),
                Err(fault) => {
                    let (problem, within) = *fault;
                    let span = inside_literal(&source.text, pattern.span(), within);
                    self.report(problem, source, span);
                    return None;
                }
            },
        };
        self.uses[cue.index()].push(role);
        Some(cue)
    }

    fn cue(&mut self, key: (bool, String), matcher: Matcher) -> CueIx {
        let cue = CueIx(self.cues.len() as u32);
        self.cues.push(Cue { text: key.1.clone().into(), matcher });
        self.uses.push(Vec::new());
        self.known.insert(key, cue);
        cue
    }
}

/// Takes the tests that stand apart from their rules out of the files.
pub(super) fn cases(files: &mut Files) -> Vec<(Arc<Source>, schema::Cases)> {
    let of_file = |(source, file): &mut (Arc<Source>, schema::File)| {
        let cases = std::mem::take(&mut file.cases).into_iter();
        cases.map(|cases| (Arc::clone(source), cases)).collect::<Vec<_>>()
    };
    files.iter_mut().flat_map(of_file).collect()
}

/// The place of a part of a value: exact inside a single-quoted string, else the whole value.
fn inside_literal(text: &str, value: Range<usize>, part: Option<Range<usize>>) -> Range<usize> {
    let written = &text[value.clone()];
    match part {
        Some(part) if written.starts_with('\'') && !written.starts_with("'''") => {
            let start = value.start + 1 + part.start;
            start..(value.start + 1 + part.end).max(start + 1)
        }
        _ => value,
    }
}
