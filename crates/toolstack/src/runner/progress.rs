//! `Progress`: how far each node of a plan is, as one letter each.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    Todo,
    /// Asked for, and the outcome is not known: done again on the way forward, undone on the way back.
    /// Of an alternative: the first way is given up, and being undone.
    Doing,
    /// Of an alternative: the first way is undone.
    Done,
    Undone,
}

#[derive(Clone, Debug, Default)]
pub struct Progress {
    nodes: Vec<Node>,
    /// The last pivot that was passed.
    pivot: Option<usize>,
}

impl Progress {
    pub fn new(size: usize) -> Progress {
        Progress { nodes: vec![Node::Todo; size], pivot: None }
    }
    pub fn to_text(&self) -> String {
        let letter = |node: &Node| match node {
            Node::Todo => '.',
            Node::Doing => '>',
            Node::Done => '+',
            Node::Undone => '-',
        };
        let passed = |number: usize| if self.pivot == Some(number) { "!" } else { "" };
        self.nodes
            .iter()
            .enumerate()
            .flat_map(|(number, node)| passed(number).chars().chain([letter(node)]))
            .collect()
    }
    /// What is missing is still to do.
    pub fn from_text(text: &str, size: usize) -> Progress {
        let mut nodes = Vec::new();
        let mut pivot = None;
        for letter in text.chars() {
            match letter {
                '!' => pivot = Some(nodes.len()),
                '>' => nodes.push(Node::Doing),
                '+' => nodes.push(Node::Done),
                '-' => nodes.push(Node::Undone),
                _ => nodes.push(Node::Todo),
            }
        }
        nodes.resize(size, Node::Todo);
        Progress { nodes, pivot }
    }
    pub fn node(&self, number: usize) -> Node {
        self.nodes.get(number).copied().unwrap_or(Node::Todo)
    }
    pub fn set(&mut self, number: usize, node: Node) {
        if let Some(slot) = self.nodes.get_mut(number) {
            *slot = node;
        }
    }
    pub fn pass_pivot(&mut self, number: usize) {
        self.pivot = self.pivot.max(Some(number));
    }
    /// Whether there is no way back to the beginning any more.
    pub fn after_pivot(&self) -> bool {
        self.pivot.is_some()
    }
    /// The first node that can be undone: what is before the last pivot cannot.
    pub fn undoable_from(&self) -> usize {
        self.pivot.map_or(0, |pivot| pivot + 1)
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
        progress.pass_pivot(1);
        assert_eq!(progress.to_text(), "+!.-.");
        assert_eq!(Progress::from_text("+!.-.", 4).to_text(), "+!.-.");
        assert_eq!(Progress::from_text("+!.-.", 4).undoable_from(), 2);
        assert_eq!(Progress::from_text("+", 3).to_text(), "+..");
    }
}
