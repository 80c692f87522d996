//! What a learner has done in a lesson, and its form in the browser's storage: a line for each
//! thing. What cannot be read is left out.

/// What was done in one lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The furthest step that was shown, from 0.
    pub reached: usize,
    /// Steps whose question was answered, and whether the first answer was right.
    pub answered: Vec<(usize, bool)>,
    /// Steps whose deed was done.
    pub done: Vec<usize>,
    /// What the learner wrote at a step.
    pub said: Vec<(usize, String)>,
    /// The number of steps and the title of a teacher's own lesson, which no list has.
    pub own: Option<(usize, String)>,
}

impl Progress {
    /// Notes that a step was shown.
    pub fn reach(&mut self, step: usize) {
        self.reached = self.reached.max(step);
    }

    /// Notes an answer; only the first one of a step counts.
    pub fn answer(&mut self, step: usize, right: bool) {
        if !self.answered.iter().any(|(known, _)| *known == step) {
            self.answered.push((step, right));
        }
    }

    /// Notes that a deed was done; false if it is known.
    pub fn do_deed(&mut self, step: usize) -> bool {
        let new = !self.done.contains(&step);
        if new {
            self.done.push(step);
        }
        new
    }

    /// Keeps what was written at a step.
    pub fn say(&mut self, step: usize, words: &str) {
        self.said.retain(|(known, _)| *known != step);
        if !words.trim().is_empty() {
            self.said.push((step, words.to_string()));
        }
    }

    /// What was written at a step.
    pub fn words(&self, step: usize) -> &str {
        let said = self.said.iter().find(|(known, _)| *known == step);
        said.map_or("", |(_, words)| words)
    }

    /// How many questions were answered, and how many of them right.
    pub fn score(&self) -> (usize, usize) {
        let right = self.answered.iter().filter(|(_, right)| *right).count();
        (self.answered.len(), right)
    }

    /// The form for the storage.
    pub fn to_text(&self) -> String {
        let mut text = format!("reached {}\n", self.reached);
        for (step, right) in &self.answered {
            text += &format!("{} {step}\n", if *right { "right" } else { "wrong" });
        }
        for step in &self.done {
            text += &format!("done {step}\n");
        }
        if let Some((steps, title)) = &self.own {
            text += &format!("own {steps} {title}\n");
        }
        for (step, words) in &self.said {
            let line = words.replace('\\', "\\\\").replace('\n', "\\n");
            text += &format!("said {step} {line}\n");
        }
        text
    }

    /// Reads that form.
    pub fn from_text(text: &str) -> Self {
        let mut progress = Self::default();
        for line in text.lines() {
            let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (number, words) = rest.split_once(' ').unwrap_or((rest, ""));
            let Ok(step) = number.parse::<usize>() else {
                continue;
            };
            match key {
                "reached" => progress.reached = step,
                "right" | "wrong" => progress.answer(step, key == "right"),
                "done" => _ = progress.do_deed(step),
                "said" => progress.say(step, &unescaped(words)),
                "own" => progress.own = Some((step, words.to_string())),
                _ => {}
            }
        }
        progress
    }
}

fn unescaped(line: &str) -> String {
    let mut text = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_first_answer_of_a_step_counts() {
        let mut progress = Progress::default();
        progress.answer(2, false);
        progress.answer(2, true);
        progress.answer(5, true);
        assert_eq!(progress.score(), (2, 1));
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back(
            reached in 0..40usize,
            right: bool,
            words in "[a-z\\\\\n é]{1,20}[a-z]",
        ) {
            let mut progress = Progress::default();
            progress.reach(reached);
            progress.answer(3, right);
            progress.do_deed(4);
            progress.say(7, &words);
            progress.own = right.then(|| (9, "A title".to_string()));
            prop_assert_eq!(Progress::from_text(&progress.to_text()), progress);
        }

        #[test]
        fn no_stored_text_panics(text in "\\PC{0,100}") {
            let _ = Progress::from_text(&text);
        }
    }
}
