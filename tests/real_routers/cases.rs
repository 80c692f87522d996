//! Random cases: requests that share prefixes and sessions, some held back, some released.

use crate::dice::Dice;
use crate::rules::{Prompts, Rule};
use crate::workers::Asked;

/// Characters that prompts begin with: of one, two, three and four bytes.
const LETTERS: [char; 8] = ['a', 'b', ' ', 'é', 'ß', '均', '衡', '🦀'];
/// What the workers' engines have as a block.
const BLOCK_SIZE: u64 = 16;

/// What happens.
pub(crate) enum Op {
    /// A request, whose answer is held back or not.
    Ask { asked: Asking, hold: bool },
    /// A worker gives its oldest answer that is held back.
    Finish(usize),
    /// A client says that a session has ended.
    End(String),
}

/// A request, as it is sent and as a router sees it.
pub(crate) struct Asking {
    pub asked: Asked,
    pub prompt: Vec<u32>,
    pub session: Option<String>,
}

/// A case of some dozen requests to `workers` workers.
pub(crate) fn case(rule: &Rule, workers: usize, dice: &mut Dice) -> Vec<Op> {
    let prefixes: Vec<Vec<u64>> = (0..1 + dice.roll(4))
        .map(|_| run(dice, 4 * BLOCK_SIZE))
        .collect();
    let sessions = 1 + dice.roll(12);
    let hold_one_in = 1 + dice.roll(4);
    let mut ops = Vec::new();
    for _ in 0..12 + dice.roll(20) {
        match dice.roll(8) {
            0 | 1 => ops.push(Op::Finish(dice.roll(workers as u64) as usize)),
            2 if rule.name == "sticky_least_loaded" => {
                ops.push(Op::End(format!("session-{}", dice.roll(sessions))));
            }
            _ => ops.push(Op::Ask {
                asked: asking(rule, &prefixes, sessions, dice),
                hold: dice.roll(hold_one_in) == 0,
            }),
        }
    }
    ops
}

/// Up to `most` numbers.
fn run(dice: &mut Dice, most: u64) -> Vec<u64> {
    (0..1 + dice.roll(most)).map(|_| dice.roll(40)).collect()
}

fn asking(rule: &Rule, prefixes: &[Vec<u64>], sessions: u64, dice: &mut Dice) -> Asking {
    let mut parts = prefixes[dice.roll(prefixes.len() as u64) as usize].clone();
    parts.truncate(1 + dice.roll(2 * parts.len() as u64) as usize);
    if dice.roll(4) > 0 {
        parts.extend(run(dice, 3 * BLOCK_SIZE));
    }
    let model = if rule.names_model && rule.package == "sglang_router" {
        "m"
    } else {
        "unknown"
    };
    let (path, field, prompt) = match rule.prompts {
        Prompts::Constant => ("/v1/completions", r#""prompt":"x""#.into(), "x".into()),
        Prompts::Tokens => (
            "/v1/completions",
            format!(r#""prompt":[{}]"#, joined(&parts, ",")),
            String::new(),
        ),
        Prompts::Text => text(rule, &parts, dice),
    };
    let session = (!rule.session.is_empty()).then(|| format!("session-{}", dice.roll(sessions)));
    let header = session.iter().map(|s| format!("{}: {s}\r\n", rule.session));
    let prompt = match rule.prompts {
        Prompts::Tokens => parts.iter().map(|&part| part as u32).collect(),
        Prompts::Text | Prompts::Constant => prompt.chars().map(u32::from).collect(),
    };
    Asking {
        asked: Asked {
            path,
            headers: header.collect(),
            body: format!(r#"{{"model":"{model}",{field},"max_tokens":1}}"#),
        },
        prompt,
        session,
    }
}

/// A prompt of text: the path that it is sent to, its field of the body, and the text that a router
/// looks at.
fn text(rule: &Rule, parts: &[u64], dice: &mut Dice) -> (&'static str, String, String) {
    let letters = parts.iter().map(|&part| match LETTERS.get(part as usize) {
        Some(&letter) => letter,
        None => char::from(b'c' + part as u8 % 20),
    });
    let text: String = letters.collect();
    let kinds = if rule.package == "sglang_router" {
        4
    } else {
        1
    };
    match dice.roll(kinds) {
        1 => {
            let middle = text.chars().count() / 2;
            let system: String = text.chars().take(middle).collect();
            let user: String = text.chars().skip(middle).collect();
            let message = |role, text: &str| format!(r#"{{"role":"{role}","content":"{text}"}}"#);
            let both = [message("system", &system), message("user", &user)];
            let field = format!(r#""messages":[{}]"#, both.join(","));
            // An empty message counts for nothing.
            let contents = [system, user]
                .into_iter()
                .filter(|content| !content.is_empty());
            let text = contents.collect::<Vec<_>>().join(" ");
            ("/v1/chat/completions", field, text)
        }
        2 => {
            let field = format!(r#""input_ids":[{}]"#, joined(parts, ","));
            ("/generate", field, joined(parts, " "))
        }
        _ => ("/v1/completions", format!(r#""prompt":"{text}""#), text),
    }
}

fn joined(parts: &[u64], by: &str) -> String {
    let parts: Vec<String> = parts.iter().map(u64::to_string).collect();
    parts.join(by)
}
