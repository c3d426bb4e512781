//! Arguments, and what each exit code means.

mod bank;
mod batch;
mod bench;
mod classify;
mod curve;
mod diff;
mod diff_tables;
mod eval;
mod explain;
mod fmt;
mod formats;
mod lint;
mod new;
mod output;
mod pack_at;
mod prompt;
mod report;
mod rules;
mod schema;
mod suggest;
mod test;
mod tune;
mod watch;

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, error::ErrorKind, parser::ValueSource,
};
use firstlane::{Engine, Pack, Problems, Status, input};

const EXIT_CODES: &str = "Exit codes:
  0  done; abstaining is an answer too
  1  done, but a gate that was asked for did not pass
  2  the command line is wrong
  3  the pack is broken
  4  the input cannot be read, or the output cannot be written";

/// Which lane is a question in, what is the better first instinct, and what to verify next.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    classify: classify::Args,
    #[command(flatten)]
    global: Global,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
#[group(skip)]
struct Global {
    /// The pack to use: a folder or a file [default: the built-in pack]
    #[arg(long, value_name = "PATH", global = true)]
    rules: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", global = true)]
    color: Colour,
    /// Refuse a question of more bytes than this
    #[arg(long, value_name = "N", default_value_t = input::MOST_BYTES, global = true, hide_short_help = true)]
    max_bytes: usize,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Classify one question: text, a file, a pipe, or pasted at a prompt
    #[command(after_help = EXIT_CODES)]
    Classify(classify::Args),
    /// Classify banks of questions, in any format that owners keep them in
    #[command(after_help = EXIT_CODES)]
    Batch(batch::Args),
    /// List the formats of banks
    Formats,
    /// Measure how fast a bank is classified here, stage by stage
    #[command(after_help = EXIT_CODES)]
    Bench(bench::Args),
    /// Compare answers with the labels of a bank
    #[command(after_help = EXIT_CODES)]
    Eval(eval::Args),
    /// Compare the answers of two packs, or of a pack and a baseline, with the rules that make the difference
    #[command(after_help = EXIT_CODES)]
    Diff(diff::Args),
    /// Write a bank and its answers as one page of HTML
    #[command(after_help = EXIT_CODES)]
    Report(report::Args),
    /// Propose points for the rules, fitted on labelled banks
    #[command(after_help = EXIT_CODES)]
    Tune(tune::Args),
    /// Suggest phrases that would put wrong answers right
    #[command(after_help = EXIT_CODES)]
    Suggest(suggest::Args),
    /// Test the pack: examples, labelled questions, coverage and mutation
    #[command(after_help = EXIT_CODES)]
    Test(test::Args),
    /// Look into the pack
    #[command(after_help = EXIT_CODES)]
    Rules(rules::Args),
    /// Advise on the pack: what is in it for nothing, contradicts itself or will not be found again
    #[command(after_help = EXIT_CODES)]
    Lint(lint::Args),
    /// Start a pack, a rule or a labelled question; nothing is overwritten
    #[command(after_help = EXIT_CODES)]
    New(new::Args),
    /// Lay pack files out in their one way, comments kept
    #[command(after_help = EXIT_CODES)]
    Fmt(fmt::Args),
    /// Say what a code of a finding means, with a poor and a good example
    Explain(explain::Args),
    /// Run a command again whenever the pack or a bank changes
    Watch(watch::Args),
    /// Print a JSON Schema
    Schema(schema::Args),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// Which answers make the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// No lane is claimed
    None,
    /// No lane is claimed, or a runner-up is close
    Close,
}

impl FailOn {
    fn fails(self, status: Status) -> bool {
        match status {
            Status::Clear => false,
            Status::Close => self == Self::Close,
            Status::None => true,
        }
    }
}

/// How a command ended that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Done,
    Gate,
    Pack,
    Input,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Gate => 1,
            Exit::Pack => 3,
            Exit::Input => 4,
        })
    }
}

/// Reads the arguments. Options of the bare program in front of a command would be lost, so they are refused.
fn parse() -> Args {
    let mut command = Args::command();
    let matches = command.get_matches_mut();
    if let Some((name, _)) = matches.subcommand() {
        let of_classify = <classify::Args as clap::Args>::augment_args(clap::Command::new(""));
        let is_given = |arg: &&clap::Arg| {
            matches.try_contains_id(arg.get_id().as_str()).is_ok_and(|known| known)
                && matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine)
        };
        if let Some(arg) = of_classify.get_arguments().find(is_given) {
            let arg = arg.get_long().map_or_else(|| "the text".to_owned(), |long| format!("`--{long}`"));
            let message = format!("{arg} stands in front of `{name}`; put it behind, if `{name}` takes it");
            command.error(ErrorKind::ArgumentConflict, message).exit();
        }
    }
    Args::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
}

/// Ends with the exit code for a wrong command line.
fn usage(message: &str) -> ! {
    Args::command().error(ErrorKind::MissingRequiredArgument, message).exit()
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let args = parse();
    match args.global.color {
        Colour::Auto => anstream::ColorChoice::Auto,
        Colour::Always => anstream::ColorChoice::Always,
        Colour::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let global = &args.global;
    let result = match args.command {
        None => classify::run(&args.classify, global),
        Some(Command::Classify(args)) => classify::run(&args, global),
        Some(Command::Batch(args)) => batch::run(&args, global),
        Some(Command::Formats) => formats::run(),
        Some(Command::Bench(args)) => bench::run(&args, global),
        Some(Command::Eval(args)) => eval::run(&args, global),
        Some(Command::Diff(args)) => diff::run(&args, global),
        Some(Command::Report(args)) => report::run(&args, global),
        Some(Command::Tune(args)) => tune::run(&args, global),
        Some(Command::Suggest(args)) => suggest::run(&args, global),
        Some(Command::Test(args)) => test::run(&args, global),
        Some(Command::Rules(args)) => rules::run(&args, global),
        Some(Command::Lint(args)) => lint::run(&args, global),
        Some(Command::New(args)) => new::run(&args, global),
        Some(Command::Fmt(args)) => fmt::run(&args, global),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Watch(args)) => watch::run(&args, global),
        Some(Command::Schema(args)) => schema::run(&args),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => complain(&error),
    }
}

/// Says what went wrong. A closed pipe is not an error: the reader has seen enough.
fn complain(error: &anyhow::Error) -> ExitCode {
    if error
        .chain()
        .any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
    {
        return Exit::Done.into();
    }
    let mut stderr = anstream::stderr().lock();
    // Nothing is left to be done if standard error cannot be written either.
    let _ = match error.downcast_ref::<Problems>() {
        Some(problems) => write!(stderr, "{}", problems.render(true)),
        None => writeln!(stderr, "{}: {error:#}", styled_error()),
    };
    let exit = if error.is::<Problems>() { Exit::Pack } else { Exit::Input };
    exit.into()
}

fn styled_error() -> String {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    format!("{style}error{style:#}")
}

impl Global {
    /// The engine, for as long as the program runs: to take its many small parts apart at the end is time that one
    /// pasted question would notice.
    fn engine(&self) -> Result<&'static Engine> {
        Ok(Box::leak(Box::new(match &self.rules {
            Some(path) => Engine::compile(Pack::load(path)?),
            None => Engine::builtin(),
        })))
    }

    /// The engine of the pack as it is written, with the examples and places that the prepared built-in pack lacks.
    fn written(&self) -> Result<&'static Engine> {
        Ok(Box::leak(Box::new(Engine::compile(self.pack()?))))
    }

    /// The pack as it is written.
    fn pack(&self) -> Result<Pack> {
        Ok(match &self.rules {
            Some(path) => Pack::load(path)?,
            None => Pack::builtin(),
        })
    }
}

/// Opens a file to read, or standard input for `-`; gives the name to call it by.
fn open(path: &Path) -> Result<(Box<dyn io::Read + Send>, String)> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), "stdin".to_owned()));
    }
    let file = File::open(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok((Box::new(file), name))
}

/// Standard output, buffered, with colour where it is wanted.
fn stdout() -> io::BufWriter<anstream::AutoStream<io::StdoutLock<'static>>> {
    io::BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()))
}
