//! Choices with a word for each.

/// An enum whose variants have words.
pub(crate) trait Choice: Sized {
    /// The variant with this word.
    fn of(word: &str) -> Option<Self>;
}

/// An enum whose variants have words.
macro_rules! choice {
    (
        $(#[$doc:meta])* $name:ident {
            $($(#[$about:meta])* $variant:ident = $word:literal),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $variant),+
        }

        impl $name {
            /// The words of all, in the order of the list.
            pub const WORDS: &[&str] = &[$($word),+];

            /// Its word.
            pub fn word(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }

        impl $crate::choice::Choice for $name {
            fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use choice;
