//! Scripts without what only their readers need: a tenth of what a browser would fetch.

use crate::Result;
use std::fs;
use std::path::Path;

/// Takes comments and indentation out of the scripts in a folder.
pub(crate) fn scripts(folder: &Path) -> Result {
    for path in crate::files(folder, "js") {
        let script = fs::read_to_string(&path)?;
        fs::write(&path, without_comments(&script))?;
    }
    Ok(())
}

/// A script without its indentation and without comments that have lines of their own. Its texts
/// must not run over several lines.
fn without_comments(script: &str) -> String {
    let mut lean = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        let begins = line.starts_with("/*");
        let is_comment = line.starts_with("//") || (begins && line.ends_with("*/"));
        in_comment |= begins && !line.contains("*/");
        if !in_comment && !is_comment && !line.is_empty() {
            lean.push_str(line);
            lean.push('\n');
        }
        in_comment &= !line.contains("*/");
    }
    lean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_on_lines_of_their_own_go() {
        let script = "/**\n * Says it.\n */\nfunction f() { // so\n    /* no */\n    // no\n\n    \
            return \"a // b\" + /* c */ 1;\n}\n";
        assert_eq!(
            without_comments(script),
            "function f() { // so\nreturn \"a // b\" + /* c */ 1;\n}\n"
        );
    }
}
