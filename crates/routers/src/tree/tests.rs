use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn tokens(text: &str) -> Vec<u32> {
    text.chars().map(u32::from).collect()
}

fn matched(tree: &mut Tree, text: &str) -> (usize, Option<usize>) {
    let found = tree.longest(&tokens(text));
    (found.symbols, tree.owner(found))
}

#[test]
fn the_owner_is_who_made_the_last_node_not_who_used_it_last() {
    let mut tree = Tree::new(1);
    tree.insert(&tokens("hello world"), 0);
    tree.insert(&tokens("hello there"), 1);
    tree.insert(&tokens("hello world"), 1);
    assert_eq!(matched(&mut tree, "hello world"), (11, Some(0)));
    // The upper half of a split keeps the maker; a node matched in part counts.
    assert_eq!(matched(&mut tree, "hello"), (5, Some(0)));
    assert_eq!(matched(&mut tree, "hello th"), (8, Some(1)));
    assert_eq!(matched(&mut tree, "bye"), (0, Some(0)));
}

#[test]
fn eviction_drops_the_least_recent_leaves_and_then_what_is_above_them() {
    let mut tree = Tree::new(1);
    tree.insert(&tokens("abcd"), 0);
    tree.insert(&tokens("abef"), 0);
    tree.insert(&tokens("xyz"), 0);
    assert_eq!(tree.size(0), 9);
    tree.evict(7);
    assert_eq!(matched(&mut tree, "abcd").0, 2);
    assert_eq!(matched(&mut tree, "abef").0, 4);
    tree.evict(3);
    assert_eq!(matched(&mut tree, "abef").0, 0);
    assert_eq!(matched(&mut tree, "xyz").0, 3);
}

#[test]
fn a_worker_that_is_removed_holds_nothing() {
    let mut tree = Tree::new(1);
    tree.insert(&tokens("abcd"), 0);
    tree.insert(&tokens("abce"), 1);
    tree.remove(0);
    assert_eq!(tree.size(0), 0);
    assert_eq!(matched(&mut tree, "abcd"), (3, Some(1)));
    tree.insert(&tokens("abcd"), 0);
    assert_eq!(tree.longest_of_each(&tokens("abcd")), [4, 3]);
}

#[test]
fn digits_split_within_a_token() {
    let mut tree = Tree::new(8);
    tree.insert(&[0x1234_5678, 0xabcd_ef01], 0);
    tree.insert(&[0x1234_5678, 0xabcd_0000], 1);
    assert_eq!(tree.longest_of_each(&[0x1234_5678, 0xabcd_ef01]), [16, 12]);
    assert_eq!(tree.longest_of_each(&[0x1200_0000]), [2, 2]);
}

/// Prompts that share many beginnings.
fn prompts() -> impl Strategy<Value = Vec<(Vec<u32>, usize)>> {
    let symbol = prop_oneof![Just(0x11), Just(0x12), Just(0x1100_0011), Just(0x2100_0011)];
    vec((vec(symbol, 0..9), 0..3_usize), 1..40)
}

/// Digits that two prompts share.
fn shared(a: &[u32], b: &[u32]) -> usize {
    let [a, b] = [a, b].map(|p| p.iter().map(|t| format!("{t:08x}")).collect::<String>());
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

proptest! {
    #[test]
    fn each_worker_matches_what_it_was_sent(prompts in prompts()) {
        let mut whole = Tree::new(1);
        let mut in_digits = Tree::new(8);
        for (k, (prompt, worker)) in prompts.iter().enumerate() {
            in_digits.register(3);
            let found = in_digits.longest_of_each(prompt);
            let whole_found = whole.longest(prompt).symbols;
            for (worker, found) in found.iter().enumerate() {
                let sent = prompts[..k].iter().filter(|(_, w)| *w == worker);
                let best = sent.map(|(other, _)| shared(prompt, other)).max().unwrap_or(0);
                prop_assert_eq!(*found, best);
            }
            let longest = in_digits.longest(prompt).symbols;
            prop_assert_eq!(found.iter().max(), Some(&longest));
            prop_assert_eq!(whole_found, longest / 8);
            whole.insert(prompt, *worker);
            in_digits.insert(prompt, *worker);
        }
    }

    #[test]
    fn sizes_are_those_of_the_nodes_after_any_eviction(prompts in prompts(), most in 0..30_usize) {
        let mut tree = Tree::new(1);
        tree.register(3);
        for (k, (prompt, worker)) in prompts.iter().enumerate() {
            tree.insert(prompt, *worker);
            if k % 7 == 6 {
                tree.evict(most);
            }
            if k % 13 == 12 {
                tree.remove(1);
            }
            for worker in 0..3 {
                let held = tree.nodes.iter().filter(|n| has(&n.holders, worker));
                let sum: usize = held.map(|n| n.run.len).sum();
                prop_assert_eq!(sum, tree.size(worker));
            }
        }
        tree.evict(most);
        prop_assert!((0..3).all(|worker| tree.size(worker) <= most));
    }
}
