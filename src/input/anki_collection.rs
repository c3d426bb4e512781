//! The collection of an Anki package: an SQLite database, read and written in memory.
//!
//! In: the bytes of a database. Out: its notes with the names of their fields; and the database with other tags. Decided:
//!
//! - Newer schemas keep note types in tables with a collation `unicase`, which SQLite does not have: one without regard to
//!   case is given to it. Nothing is written to an index in that order, so its details do not matter.
//! - A database in write-ahead mode cannot be opened from memory. The two bytes that say so are changed while it is open.
//! - A tagged note has a new modification time, one second on, and counts as not synchronised, so that Anki takes it over
//!   on import. The list of all tags is Anki's own business: it is made anew when it checks the database.

use std::{cmp::Ordering, collections::HashMap};

use rusqlite::{Connection, MAIN_DB};
use serde_json::Value;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) id: i64,
    pub(super) guid: String,
    pub(super) tags: String,
    /// Name and content; names are missing where the note type is.
    pub(super) fields: Vec<(String, String)>,
}

/// Where the header says how the journal is kept, and what it says for write-ahead.
const JOURNAL: std::ops::Range<usize> = 18..20;
const WRITE_AHEAD: [u8; 2] = [2, 2];

/// A database, open.
struct Open {
    connection: Connection,
    is_write_ahead: bool,
}

impl Open {
    fn new(bytes: &[u8]) -> Result<Self, String> {
        if !bytes.starts_with(b"SQLite format 3\0") || bytes.len() < 512 {
            return Err("collection is not an SQLite database".to_owned());
        }
        let is_write_ahead = bytes[JOURNAL] == WRITE_AHEAD;
        let mut copy = bytes.to_vec();
        if is_write_ahead {
            copy[JOURNAL].fill(1);
        }
        let open = || -> rusqlite::Result<Connection> {
            let mut connection = Connection::open_in_memory()?;
            connection.deserialize_read_exact(MAIN_DB, &copy[..], copy.len(), false)?;
            connection.create_collation("unicase", unicase)?;
            Ok(connection)
        };
        Ok(Self { connection: open().map_err(told)?, is_write_ahead })
    }

    fn bytes(mut self) -> Result<Vec<u8>, String> {
        let mut bytes = self.connection.serialize(MAIN_DB).map_err(told)?.to_vec();
        if self.is_write_ahead && bytes.len() >= JOURNAL.end {
            bytes[JOURNAL].copy_from_slice(&WRITE_AHEAD);
        }
        Ok(bytes)
    }
}

fn unicase(left: &str, right: &str) -> Ordering {
    left.to_lowercase().cmp(&right.to_lowercase())
}

#[expect(clippy::needless_pass_by_value, reason = "map_err gives it away")]
fn told(error: rusqlite::Error) -> String {
    format!("collection cannot be read: {error}")
}

/// The notes of a collection, the oldest first.
pub(super) fn notes(bytes: &[u8]) -> Result<Vec<Note>, String> {
    let open = Open::new(bytes)?;
    let names = field_names(&open.connection);
    let mut statement =
        open.connection.prepare("SELECT id, guid, mid, tags, flds FROM notes ORDER BY id").map_err(told)?;
    let mut rows = statement.query([]).map_err(told)?;
    let mut notes = Vec::new();
    while let Some(row) = rows.next().map_err(told)? {
        // Texts may be kept as numbers, or be broken: what cannot be read counts as empty.
        let text = |at: usize| row.get_ref(at).map(lossy).unwrap_or_default();
        let known = names.get(&row.get::<_, i64>(2).unwrap_or_default());
        let name = |at: usize| known.and_then(|names| names.get(at)).cloned().unwrap_or_default();
        let fields =
            text(4).split('\u{1f}').enumerate().map(|(at, field)| (name(at), field.to_owned())).collect();
        notes.push(Note { id: row.get(0).map_err(told)?, guid: text(1), tags: text(3), fields });
    }
    Ok(notes)
}

fn lossy(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    }
}

/// The names of fields in order, by note type: from the tables of new schemas, else from the JSON of old ones.
fn field_names(connection: &Connection) -> HashMap<i64, Vec<String>> {
    from_tables(connection)
        .ok()
        .filter(|names| !names.is_empty())
        .or_else(|| from_json(connection))
        .unwrap_or_default()
}

fn from_tables(connection: &Connection) -> rusqlite::Result<HashMap<i64, Vec<String>>> {
    let mut statement = connection.prepare("SELECT ntid, name FROM fields ORDER BY ntid, ord")?;
    let mut rows = statement.query([])?;
    let mut names: HashMap<i64, Vec<String>> = HashMap::new();
    while let Some(row) = rows.next()? {
        names.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(names)
}

fn from_json(connection: &Connection) -> Option<HashMap<i64, Vec<String>>> {
    let models: String = connection.query_row("SELECT models FROM col", [], |row| row.get(0)).ok()?;
    let models: serde_json::Map<String, Value> = serde_json::from_str(&models).ok()?;
    let names = |model: &Value| -> Option<Vec<String>> {
        let mut fields: Vec<_> = model.get("flds")?.as_array()?.iter().collect();
        fields.sort_by_key(|field| field.get("ord").and_then(Value::as_u64));
        let name = |field: &&Value| field.get("name").and_then(Value::as_str).map(str::to_owned);
        fields.iter().map(name).collect()
    };
    Some(models.iter().filter_map(|(id, model)| Some((id.parse().ok()?, names(model)?))).collect())
}

/// The same collection with other tags at notes.
pub(super) fn with_tags(bytes: &[u8], tags: &[(i64, String)]) -> Result<Vec<u8>, String> {
    let open = Open::new(bytes)?;
    let write = || -> rusqlite::Result<()> {
        let mut statement =
            open.connection.prepare("UPDATE notes SET tags = ?1, usn = -1, mod = mod + 1 WHERE id = ?2")?;
        for (note, tags) in tags {
            statement.execute((tags, note))?;
        }
        Ok(())
    };
    write().map_err(|error| format!("tags cannot be written into the collection: {error}"))?;
    open.bytes()
}
