//! Command-line scenarios: one file each in `tests/cmd`. `TRYCMD=overwrite` writes what was seen; read the diff.

#[test]
fn scenarios() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
