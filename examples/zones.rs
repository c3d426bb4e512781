//! Prints the zones of a question on standard input.
use std::io::Read;
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("text");
    for s in firstlane::Question::split(&text).segments() {
        println!("{:?} {:?} {}..{} {:?}", s.zone, s.option, s.start, s.start + s.text.len(), s.text);
    }
}
