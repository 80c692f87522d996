//! What servers are called.

/// The address of server `i`, `host:port`.
pub fn server_address(i: usize) -> String {
    format!("10.1.{}.{}:8080", i / 250, i % 250 + 1)
}

/// A server's letter: a, b, … z, then aa, ab, …
pub fn letter(server: usize) -> String {
    let last = char::from(b'a' + (server % 26) as u8);
    if server < 26 {
        last.to_string()
    } else {
        letter(server / 26 - 1) + &last.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 51, 52].map(letter),
            ["a", "z", "aa", "az", "ba"]
        );
    }
}
