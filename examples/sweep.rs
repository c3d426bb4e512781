//! scratch
use firstlane::{Question, Zone};
use std::collections::BTreeMap;
fn main() {
    let bank = std::fs::read("../shared/banks/neighbours.jsonl").unwrap();
    let recs: Vec<_> = firstlane::input::read_jsonl(&bank[..], "x", 1<<20).map(|r| r.unwrap()).collect();
    let mut tot: BTreeMap<&str,(usize,usize)> = BTreeMap::new();
    let show: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    for style in ["lettered","paren","oneline","bare","bold","lower","bulletA","blank","crlf"] {
        let mut bad = 0;
        for r in &recs {
            let opts: Vec<&str> = r.options.iter().map(|(_,t)| t.as_str()).collect();
            let mut t = format!("Question 12 of 60\n\n{}\n", r.stem);
            let l = |i: usize| (b'A' + i as u8) as char;
            match style {
                "lettered" | "crlf" => for (i,o) in opts.iter().enumerate() { t += &format!("{}. {o}\n", l(i)); },
                "paren" => for (i,o) in opts.iter().enumerate() { t += &format!("({}) {o}\n", l(i)); },
                "oneline" => { for (i,o) in opts.iter().enumerate() { t += &format!("{}) {} ", l(i), o.replace('\n'," ")); } t += "\n"; }
                "bare" => for o in &opts { t += &format!("{}\n", o.replace('\n'," ")); },
                "bold" => for (i,o) in opts.iter().enumerate() { t += &format!("**{}.** {o}\n\n", l(i)); },
                "lower" => for (i,o) in opts.iter().enumerate() { t += &format!("  {}) {o}\n", l(i).to_ascii_lowercase()); },
                "bulletA" => for (i,o) in opts.iter().enumerate() { t += &format!("- {}) {o}\n", l(i)); },
                _ => for (i,o) in opts.iter().enumerate() { t += &format!("\n{}. {o}\n", l(i)); },
            }
            t += "\nCorrect Answer: B\n\nExplanation: because canary drift.\nMore text A) x\n";
            if style == "crlf" { t = t.replace('\n', "\r\n"); }
            let q = Question::split(&t);
            let norm = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
            let got: Vec<String> = q.segments().iter().filter(|s| s.zone == Zone::Option).map(|s| norm(s.text)).collect();
            let want: Vec<String> = opts.iter().map(|o| norm(o)).collect();
            let leak = q.segments().iter().any(|s| s.text.contains("Correct Answer") || s.text.contains("because canary"));
            let e = tot.entry(style).or_default(); e.1 += 1;
            let want2: Vec<String> = opts.iter().map(|o| { let q = Question::from_parts("x", [*o]); q.segments().iter().filter(|s| s.zone==Zone::Option).map(|s| norm(s.text)).collect::<String>() }).collect();
            if (got == want || got == want2) && !leak { e.0 += 1 } else { bad += 1; if bad <= show { println!("--- {style} {}\n{t}\n  got {got:?} leak {leak}", r.id); } }
        }
    }
    println!("{tot:?}");
    let t = std::time::Instant::now(); let mut n=0; let mut b=0;
    for _ in 0..20 { for r in &recs { n+=Question::from_parts(&r.stem, r.options.iter().map(|(_,t)| t.as_str())).segments().len(); b += r.stem.len()+r.options.iter().map(|o| o.1.len()).sum::<usize>(); } }
    let c = recs.len()*20; println!("{} us/question, {} B each, {n}", t.elapsed().as_secs_f64()*1e6/c as f64, b/c);
}
