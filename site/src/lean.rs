//! Scripts without what only their readers need, with short names: a sixth of what a browser would
//! fetch of them.

use crate::Result;
use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions};
use oxc::minifier::{Minifier, MinifierOptions};
use oxc::parser::Parser;
use oxc::span::SourceType;
use std::fs;
use std::path::Path;

/// Minifies the scripts in a folder.
///
/// # Errors
/// A script that cannot be read, written or understood.
pub(crate) fn scripts(folder: &Path) -> Result {
    for path in crate::files(folder, "js") {
        let script = fs::read_to_string(&path)?;
        let script = minified(&script).map_err(|e| format!("{}: {e}", path.display()))?;
        fs::write(&path, script)?;
    }
    Ok(())
}

/// A module that does the same, with the same exports.
fn minified(script: &str) -> Result<String> {
    let memory = Allocator::default();
    let parsed = Parser::new(&memory, script, SourceType::mjs()).parse();
    if let Some(first) = parsed.diagnostics.first() {
        return Err(first.to_string().into());
    }
    let mut program = parsed.program;
    let names = Minifier::new(MinifierOptions::default()).minify(&memory, &mut program);
    let printer = Codegen::new().with_options(CodegenOptions::minify());
    Ok(printer.with_scoping(names.scoping).build(&program).code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_exports_and_texts_remain() {
        let script = "// Why.\nimport { set } from \"./program.js\";\n/** Says it. */\n\
            export const said = (what) => {\n  const found = \"a // b\" + what;\n  \
            set(found);\n};\n";
        let lean = minified(script).expect("it is a script");
        for part in [
            "import{set as ",
            "from\"./program.js\"",
            "a // b",
            "export const said",
        ] {
            assert!(lean.contains(part), "{part} in {lean}");
        }
        assert!(lean.len() < script.len() * 2 / 3, "{lean}");
    }

    #[test]
    fn what_is_no_script_is_refused() {
        assert!(minified("const = 3;").is_err());
    }
}
