//! `Progress`: how far each node of a plan is, as one letter each.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Todo,
    /// Asked for, and the outcome is not known: done again on the way forward, undone on the way back.
    Doing,
    /// Of an alternative: the first way was given up.
    Done,
    Undone,
}

#[derive(Clone, Debug, Default)]
pub struct Progress {
    nodes: Vec<Node>,
    pivoted: bool,
}

impl Progress {
    pub fn new(size: usize) -> Progress {
        Progress { nodes: vec![Node::Todo; size], pivoted: false }
    }
    pub fn to_text(&self) -> String {
        let letter = |node: &Node| match node {
            Node::Todo => '.',
            Node::Doing => '>',
            Node::Done => '+',
            Node::Undone => '-',
        };
        let pivot = if self.pivoted { "!" } else { "" };
        pivot.chars().chain(self.nodes.iter().map(letter)).collect()
    }
    /// What is missing is still to do.
    pub fn from_text(text: &str, size: usize) -> Progress {
        let (pivoted, letters) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let node = |letter| match letter {
            '>' => Node::Doing,
            '+' => Node::Done,
            '-' => Node::Undone,
            _ => Node::Todo,
        };
        let mut nodes: Vec<Node> = letters.chars().map(node).collect();
        nodes.resize(size, Node::Todo);
        Progress { nodes, pivoted }
    }
    pub fn node(&self, number: usize) -> Node {
        self.nodes.get(number).copied().unwrap_or(Node::Todo)
    }
    pub fn set(&mut self, number: usize, node: Node) {
        if let Some(slot) = self.nodes.get_mut(number) {
            *slot = node;
        }
    }
    pub fn set_pivoted(&mut self) {
        self.pivoted = true;
    }
    /// Whether there is no way back any more.
    pub fn after_pivot(&self) -> bool {
        self.pivoted
    }
    /// The part that is done, below 1: the end is said by the task itself.
    pub fn share(&self) -> f64 {
        let done = self.nodes.iter().filter(|node| **node == Node::Done).count();
        if self.nodes.is_empty() { 0.0 } else { 0.99 * done as f64 / self.nodes.len() as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let mut progress = Progress::new(4);
        progress.set(0, Node::Done);
        progress.set(2, Node::Undone);
        progress.set_pivoted();
        assert_eq!(progress.to_text(), "!+.-.");
        assert_eq!(Progress::from_text("!+.-.", 4).to_text(), "!+.-.");
        assert_eq!(Progress::from_text("+", 3).to_text(), "+..");
    }
}
