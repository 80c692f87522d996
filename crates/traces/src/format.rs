//! The formats that are known, each by its columns.

/// Where a format counts its times from, once read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zero {
    /// The file has dates or days: the earliest request arrives at 0.
    FirstRequest,
    /// The file counts from a zero of its own, which stays.
    File,
}

/// A format of traces. Columns beyond those it needs may be there and are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Azure LMM inference trace 2025: as the LLM traces, with the images of a prompt.
    AzureLmm,
    /// Azure LLM inference traces 2023 and 2024: dates, prompt and output tokens.
    AzureLlm,
    /// Alibaba's Bailian traces of Qwen: s, tokens, chats with their parents, blocks of 16 tokens.
    Bailian,
    /// Mooncake's traces (FAST'25): ms, tokens, blocks of 512 tokens.
    Mooncake,
    /// BurstGPT: s from midnight of the first day, tokens; the third file also has sessions. Its
    /// elapsed times are not read.
    BurstGpt,
    /// The requests of a run with when each was served: LLMServingSim's `requests.jsonl`, which is
    /// also what this crate writes.
    Served,
    /// LLMServingSim's workloads: ns and tokens. Its agentic sessions are not read.
    Workload,
    /// Vidur's processed traces: s and tokens.
    Vidur,
    /// Times and sizes of any tasks, and who sends what for whom.
    Plain,
}

impl Format {
    /// All formats, in the order in which they are tried.
    pub const ALL: [Self; 9] = [
        Self::AzureLmm,
        Self::AzureLlm,
        Self::Bailian,
        Self::Mooncake,
        Self::BurstGpt,
        Self::Served,
        Self::Workload,
        Self::Vidur,
        Self::Plain,
    ];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AzureLmm => "Azure LMM",
            Self::AzureLlm => "Azure LLM",
            Self::Bailian => "Bailian",
            Self::Mooncake => "Mooncake",
            Self::BurstGpt => "BurstGPT",
            Self::Served => "requests with times",
            Self::Workload => "LLMServingSim workload",
            Self::Vidur => "Vidur",
            Self::Plain => "times and sizes",
        }
    }

    /// The columns by which it is recognised, which every row must have.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::AzureLmm => &["TIMESTAMP", "NumImages", "ContextTokens", "GeneratedTokens"],
            Self::AzureLlm => &["TIMESTAMP", "ContextTokens", "GeneratedTokens"],
            Self::Bailian => &["chat_id", "timestamp", "input_length", "output_length"],
            Self::Mooncake => &["timestamp", "input_length", "output_length"],
            Self::BurstGpt => &["Timestamp", "Request tokens", "Response tokens"],
            Self::Served => &["input_toks", "output_toks", "arrival_time"],
            Self::Workload => &["input_toks", "output_toks", "arrival_time_ns"],
            Self::Vidur => &["arrived_at", "num_prefill_tokens", "num_decode_tokens"],
            Self::Plain => &["time", "size"],
        }
    }

    /// The columns that it also reads where a row has them.
    pub fn optional(self) -> &'static [&'static str] {
        match self {
            Self::Bailian => &["parent_chat_id", "hash_ids"],
            Self::Mooncake => &["hash_ids"],
            Self::BurstGpt => &["Session ID"],
            Self::Served => &[
                "queued_ts",
                "scheduled_ts",
                "first_token_ts",
                "last_token_ts",
            ],
            Self::Plain => &["client", "url", "tenant"],
            _ => &[],
        }
    }

    /// Tokens of a block, in formats that have hashes of blocks.
    pub fn block_tokens(self) -> Option<u32> {
        match self {
            Self::Bailian => Some(16),
            Self::Mooncake => Some(512),
            _ => None,
        }
    }

    /// Where it counts its times from. [`Format::Served`] begins with its first request only where
    /// its times are dates: see [`Trace::times`](crate::Trace::times).
    pub fn zero(self) -> Zero {
        match self {
            Self::AzureLmm | Self::AzureLlm | Self::BurstGpt => Zero::FirstRequest,
            _ => Zero::File,
        }
    }

    /// The first format all of whose columns are there.
    pub(crate) fn of(has: impl Fn(&str) -> bool) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|format| format.columns().iter().all(|column| has(column)))
    }

    /// All formats with their columns, for a message.
    pub(crate) fn listed() -> String {
        Self::ALL
            .map(|format| format!("{} ({})", format.name(), format.columns().join(",")))
            .join(", ")
    }
}
