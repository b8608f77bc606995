//! Carrying out: from the first node of a plan to its end, forward or back.

use super::holds::unmark;
use super::journal::{Decision, Notes};
use super::progress::{Node, Progress};
use super::walk::{collect_leaves, mark_uncertain};
use super::{Lasting, Planner, attempt, edits, header};
use crate::arguments::Arguments;
use crate::handler::Call;
use crate::learn::{Learner, learn, settle};
use crate::plan::{Edit, Plan};
use crate::toolstack::Toolstack;
use crate::{derived, tasks};
use futures_util::future::{BoxFuture, join_all};
use machine::{DiskFact, Fact, Fault, Step};
use model::{
    ApiEnum, ApiError, ClassId, Host, Ref, RefId, Task, TaskStatusType, Text, Value, Vm, XeniosOperation,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{Broken, Header, Snapshot, StoreError, Transaction};
use tokio::sync::watch;

/// How long an operation waits for objects that others hold, and how often it looks at the least.
const PATIENCE: Duration = Duration::from_secs(2 * 3600);
const LOOK_AGAIN: Duration = Duration::from_secs(20);
/// How often a step is tried when there is no way back.
const FORWARD_ATTEMPTS: u64 = 5;

/// One operation while it is carried out.
pub(super) struct Run {
    pub toolstack: Arc<Toolstack>,
    pub call: Call,
    pub task: Ref<Task>,
    pub lasting: Lasting,
    /// Begun by a process that is gone.
    pub resumed: bool,
    pub operation: Ref<XeniosOperation>,
    pub cancel: watch::Receiver<bool>,
    pub state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub progress: Progress,
    pub notes: Notes,
    pub trouble: Option<ApiError>,
}

impl Run {
    pub async fn live(self, waiting: Option<(Arguments, Planner)>) -> Result<Value, ApiError> {
        let outcome = match waiting {
            Some((arguments, planner)) => self.wait_turn(&arguments, planner).await,
            None => Ok(()),
        };
        let outcome = match outcome {
            Ok(()) => self.carry_out().await,
            Err(error) => {
                self.end(&[], &Err(error.clone())).await;
                Err(error)
            }
        };
        self.toolstack.running.forget(self.task);
        outcome
    }

    /// Try again whenever something changes, until it may begin.
    async fn wait_turn(&self, arguments: &Arguments, planner: Planner) -> Result<(), ApiError> {
        let deadline = self.toolstack.clock.micros() + PATIENCE.as_micros() as i64;
        let mut changes = self.toolstack.store.watch();
        loop {
            changes.mark_unchanged();
            let header = header(&self.toolstack, &self.call, arguments, self.task);
            let begun = self
                .toolstack
                .store
                .commit(header, |tx| {
                    tx.delete(self.operation);
                    attempt(tx, &self.toolstack, &self.call, arguments, planner, self.task, self.operation)?;
                    derived::refresh(tx);
                    Ok::<_, ApiError>(())
                })
                .await;
            match begun {
                Err(error) if error.code == "OTHER_OPERATION_IN_PROGRESS" => {
                    if self.toolstack.clock.micros() > deadline {
                        return Err(error);
                    }
                }
                outcome => return outcome,
            }
            let mut cancel = self.cancel.clone();
            tokio::select! {
                biased;
                _ = cancel.wait_for(|cancelled| *cancelled) => return Err(ApiError::task_cancelled(self.task)),
                _ = changes.changed() => {}
                () = self.toolstack.clock.sleep(LOOK_AGAIN) => {}
            }
        }
    }

    async fn carry_out(&self) -> Result<Value, ApiError> {
        let decision = {
            let pool = self.toolstack.store.snapshot();
            let Some(row) = pool.get(self.operation) else {
                return Err(ApiError::internal_error("the operation is not in the journal"));
            };
            let decision: Decision = match serde_json::from_str(&row.decision) {
                Ok(decision) => decision,
                Err(error) => {
                    return Err(ApiError::internal_error(format!("the journal cannot be read: {error}")));
                }
            };
            let mut state = self.state();
            state.progress = Progress::from_text(&row.progress, decision.plan.size());
            if self.resumed {
                mark_uncertain(&decision.plan, 0, &mut state.progress);
            }
            state.notes = serde_json::from_str(&row.notes).unwrap_or_default();
            state.trouble = serde_json::from_str::<(Text, Vec<Text>)>(&row.trouble)
                .ok()
                .map(|(code, params)| ApiError::from_parts(code, params));
            decision
        };
        let earlier_trouble = self.state().trouble.clone();
        let outcome = match earlier_trouble {
            Some(error) => Err(error),
            None => self.execute(&decision.plan, 0).await,
        };
        let outcome = match outcome {
            Err(error) => {
                self.turn_back(&error).await;
                let first = self.state().progress.undoable_from();
                self.undo(&decision.plan, 0, first..decision.plan.size()).await;
                Err(error)
            }
            Ok(()) => Ok(decision.result(&self.toolstack.store.snapshot())),
        };
        self.end(&decision.holds, &outcome).await;
        if outcome.is_err() {
            self.look_around(&decision).await;
        }
        outcome
    }

    /// Something went wrong: who knows what is there now. The machines do.
    async fn look_around(&self, decision: &Decision) {
        let mut leaves = Vec::new();
        collect_leaves(&decision.plan, 0, &mut leaves);
        let hosts: BTreeSet<Ref<Host>> = leaves
            .into_iter()
            .filter_map(|(_, leaf)| match leaf {
                Plan::Do(host, _) => Some(*host),
                _ => None,
            })
            .collect();
        for host in hosts {
            crate::listen::look(&self.toolstack, host).await;
        }
    }

    pub(super) fn is_after_pivot(&self) -> bool {
        self.state().progress.after_pivot()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carry out a plan whose first node has this number.
    fn execute<'a>(&'a self, plan: &'a Plan, first: usize) -> BoxFuture<'a, Result<(), ApiError>> {
        Box::pin(async move {
            match plan {
                Plan::Serial(parts) => {
                    let mut number = first;
                    for part in parts {
                        self.execute(part, number).await?;
                        number += part.size();
                    }
                    Ok(())
                }
                Plan::Parallel(parts) => {
                    let mut number = first;
                    let running = parts.iter().map(|part| {
                        let start = number;
                        number += part.size();
                        self.execute(part, start)
                    });
                    join_all(running.collect::<Vec<_>>()).await.into_iter().collect()
                }
                Plan::BestEffort(part) => {
                    if let Err(error) = self.execute(part, first).await {
                        tracing::warn!(%error, task = %self.task, "a part that may fail has failed");
                    }
                    Ok(())
                }
                Plan::OrElse(preferred, other) => {
                    let second = first + 1 + preferred.size();
                    if self.state().progress.node(first) == Node::Todo {
                        let Err(error) = self.execute(preferred, first + 1).await else { return Ok(()) };
                        if error.code == "TASK_CANCELLED" {
                            return Err(error);
                        }
                        tracing::info!(%error, task = %self.task, "the preferred way failed");
                        // Written down before anything is undone: a step that is undone is not tried again.
                        self.tick(first, Node::Doing, &[], &[]).await;
                    }
                    if self.state().progress.node(first) == Node::Doing {
                        self.undo(preferred, first + 1, first + 1..second).await;
                        self.tick(first, Node::Done, &[], &[]).await;
                    }
                    self.execute(other, second).await
                }
                leaf => {
                    let node = self.state().progress.node(first);
                    match node {
                        Node::Done | Node::Undone => Ok(()),
                        Node::Todo | Node::Doing => self.leaf(leaf, first).await,
                    }
                }
            }
        })
    }

    async fn leaf(&self, leaf: &Plan, number: usize) -> Result<(), ApiError> {
        match leaf {
            Plan::Do(host, step) => {
                if !self.is_after_pivot() && *self.cancel.borrow() {
                    return Err(ApiError::task_cancelled(self.task));
                }
                self.state().progress.set(number, Node::Doing);
                let facts = self.perform(*host, step).await?;
                self.tick(number, Node::Done, &facts, &[]).await;
            }
            Plan::Write(edits) => self.write(number, edits).await?,
            Plan::Call { task, message, values } => {
                if !self.is_after_pivot() && *self.cancel.borrow() {
                    return Err(ApiError::task_cancelled(self.task));
                }
                self.state().progress.set(number, Node::Doing);
                self.child(Ref::new(*task), message, values).await?;
                self.tick(number, Node::Done, &[], &[]).await;
            }
            Plan::Wait(seconds) => {
                self.wait(Duration::from_secs(*seconds)).await?;
                self.tick(number, Node::Done, &[], &[]).await;
            }
            Plan::Expect { operation, vms, state } => {
                if !self.is_after_pivot() && *self.cancel.borrow() {
                    return Err(ApiError::task_cancelled(self.task));
                }
                expect(&self.toolstack.store.snapshot(), operation, vms, state)?;
                self.tick(number, Node::Done, &[], &[]).await;
            }
            Plan::Pivot => {
                self.state().progress.pass_pivot(number);
                self.tick(number, Node::Done, &[], &[]).await;
            }
            _ => {}
        }
        Ok(())
    }

    /// Let time pass. Until the pivot, cancelling ends it.
    async fn wait(&self, duration: Duration) -> Result<(), ApiError> {
        let may_break_off = !self.is_after_pivot();
        let mut cancel = self.cancel.clone();
        tokio::select! {
            biased;
            Ok(_) = cancel.wait_for(|cancelled| *cancelled), if may_break_off => Err(ApiError::task_cancelled(self.task)),
            () = self.toolstack.clock.sleep(duration) => Ok(()),
        }
    }

    /// Let a machine do a step. Until the pivot, cancelling breaks it off.
    async fn perform(&self, host: Ref<Host>, step: &Step) -> Result<Vec<(Ref<Host>, Fact)>, ApiError> {
        let mut cancel = self.cancel.clone();
        let free = self.is_after_pivot();
        let attempts = match step.undo() {
            _ if free => FORWARD_ATTEMPTS,
            // What cannot be undone must not be given up with its outcome unknown: doing it again tells.
            None => 2,
            Some(_) => 1,
        };
        let done = async {
            let mut attempt = 1;
            loop {
                match self.perform_once(host, step).await {
                    Err(Fault::Failed { .. } | Fault::HostUnreachable { .. }) if attempt < attempts => {
                        self.toolstack.clock.sleep(Duration::from_secs(attempt)).await;
                        attempt += 1;
                    }
                    outcome => return outcome,
                }
            }
        };
        let outcome = tokio::select! {
            biased;
            outcome = done => outcome,
            Ok(_) = cancel.wait_for(|cancelled| *cancelled), if !free => return Err(ApiError::task_cancelled(self.task)),
        };
        let facts = outcome.map_err(|fault| self.error_of(host, step, fault))?;
        let to = match step {
            // What the receiving host has now is told by the sending one.
            Step::SendDomain { to, .. } => {
                self.toolstack.store.snapshot().by_uuid(ClassId::Host, *to).map_or(host, Ref::new)
            }
            _ => host,
        };
        let place = |fact: Fact| (if matches!(fact, Fact::DomainPresent { .. }) { to } else { host }, fact);
        Ok(facts.into_iter().map(place).collect())
    }

    /// Once, on the host of the plan. What is done to storage alone is done by any other host that
    /// reaches it, if that one cannot be reached.
    pub(super) async fn perform_once(&self, host: Ref<Host>, step: &Step) -> Result<Vec<Fact>, Fault> {
        let others = if step.anywhere() { self.other_hosts(host) } else { Vec::new() };
        let mut first = None;
        for host in std::iter::once(host).chain(others) {
            let Some(machine) = self.toolstack.machines.get(&host) else { continue };
            match machine.perform(step).await {
                Err(fault @ (Fault::HostUnreachable { .. } | Fault::StorageUnavailable { .. })) => {
                    first.get_or_insert(fault);
                }
                outcome => return outcome,
            }
        }
        Err(first.unwrap_or(Fault::HostUnreachable { host: self.uuid_of(host) }))
    }

    fn uuid_of(&self, host: Ref<Host>) -> model::Uuid {
        crate::operations::device::host_uuid(&self.toolstack.store.snapshot(), host)
    }

    fn other_hosts(&self, host: Ref<Host>) -> Vec<Ref<Host>> {
        self.toolstack.machines.hosts().into_iter().filter(|other| *other != host).collect()
    }

    fn error_of(&self, host: Ref<Host>, step: &Step, fault: Fault) -> ApiError {
        crate::faults::error_of(&self.toolstack.store.snapshot(), host, step, &fault)
    }

    /// Learn facts and tick a node off.
    pub(super) async fn tick(&self, number: usize, node: Node, facts: &[(Ref<Host>, Fact)], edits: &[Edit]) {
        self.state().progress.set(number, node);
        let keep = |(_, fact): &&(Ref<Host>, Fact)| {
            matches!(fact, Fact::DiskPresent { .. } | Fact::Disk(DiskFact::Parent { .. }))
        };
        self.state().notes.early.extend(facts.iter().filter(keep).cloned());
        if let Err(broken) = self.persist(facts, edits).await {
            tracing::error!(%broken, task = %self.task, "what happened does not fit the rows");
        }
    }

    /// One commit, repeated until the disk takes it; an error if it would break a rule.
    pub(super) async fn persist(&self, facts: &[(Ref<Host>, Fact)], edits: &[Edit]) -> Result<(), Broken> {
        let mut delay = Duration::from_millis(100);
        loop {
            let (progress, notes, trouble, early, share) = {
                let state = self.state();
                let nothing = state.notes.inverse.is_empty() && state.notes.early.is_empty();
                let notes = if nothing {
                    String::new()
                } else {
                    serde_json::to_string(&state.notes).unwrap_or_default()
                };
                let trouble = state
                    .trouble
                    .as_ref()
                    .map(|error| serde_json::to_string(&(&error.code, &error.params)).unwrap_or_default());
                let early = state.notes.early_for(edits);
                (state.progress.to_text(), notes, trouble.unwrap_or_default(), early, state.progress.share())
            };
            let learner = Learner { now: self.toolstack.clock.now(), chance: &*self.toolstack.chance };
            let outcome: Result<(), StoreError> = self
                .toolstack
                .store
                .commit(self.own_header(), |tx| {
                    for (host, fact) in facts {
                        learn(tx, *host, fact, &learner);
                    }
                    edits::apply(tx, edits);
                    for (host, fact) in &early {
                        learn(tx, *host, fact, &learner);
                    }
                    tx.update(self.operation, |row| {
                        row.progress = Text::new(&progress);
                        row.notes = Text::new(&notes);
                        row.trouble = Text::new(&trouble);
                    });
                    tx.update(self.task, |task| {
                        if task.status == TaskStatusType::Pending {
                            task.progress = task.progress.max(share);
                        }
                    });
                    derived::refresh(tx);
                    Ok(())
                })
                .await;
            match outcome {
                Ok(()) => return Ok(()),
                Err(StoreError::Broken(broken)) => return Err(broken),
                Err(StoreError::Closed) => return std::future::pending().await,
                Err(error) => {
                    tracing::warn!(%error, task = %self.task, "the journal cannot be written; trying again");
                    self.toolstack.clock.sleep(delay).await;
                    delay = (delay * 2).min(Duration::from_secs(10));
                }
            }
        }
    }

    fn own_header(&self) -> Header {
        Header {
            at_micros: self.toolstack.clock.micros(),
            who: self.call.who.clone(),
            call: Text::new_static("runner"),
            task: self.task.id(),
        }
    }

    /// Edits of rows: what takes them back is kept with the tick.
    async fn write(&self, number: usize, edits: &[Edit]) -> Result<(), ApiError> {
        let pool = self.toolstack.store.snapshot();
        edits::check(&pool, edits)?;
        let inverse = edits::inverse(&pool, edits);
        {
            let mut state = self.state();
            state.notes.inverse.push((number, inverse));
            state.progress.set(number, Node::Done);
        }
        // What the rows were decided on may be gone by now.
        self.persist(&[], edits).await.inspect(|()| self.forget_hosts(edits)).map_err(|broken| {
            let mut state = self.state();
            state.notes.inverse.retain(|(of, _)| *of != number);
            state.progress.set(number, Node::Todo);
            StoreError::from(broken).into()
        })
    }

    /// The machine of a host that has gone is not ours any more.
    fn forget_hosts(&self, edits: &[Edit]) {
        for edit in edits {
            if let Edit::Drop { id, .. } = edit
                && edit.class() == Some(ClassId::Host)
            {
                self.toolstack.machines.remove(Ref::new(*id));
            }
        }
    }

    /// Unmark, complete the task, drop the journal.
    async fn end(&self, holds: &[(String, RefId, String)], outcome: &Result<Value, ApiError>) {
        let mut delay = Duration::from_millis(100);
        loop {
            let now = self.toolstack.clock.now();
            let ended: Result<(), StoreError> = self
                .toolstack
                .store
                .commit(self.own_header(), |tx| {
                    for (class, id, _) in holds {
                        let Some(class) = ClassId::by_name(class) else { continue };
                        unmark(tx, class, *id, self.task);
                        if class == ClassId::Vm {
                            settle(tx, Ref::new(*id));
                            release(tx, Ref::new(*id));
                        }
                    }
                    match self.lasting {
                        Lasting::Yes => tasks::finish(tx, self.task, outcome, now),
                        Lasting::No => {
                            tx.delete(self.task);
                        }
                    }
                    tx.delete(self.operation);
                    derived::refresh(tx);
                    Ok(())
                })
                .await;
            match ended {
                Ok(()) => return,
                Err(StoreError::Closed) => return std::future::pending().await,
                Err(error) => {
                    tracing::warn!(%error, task = %self.task, "the end of an operation cannot be written; trying again");
                    self.toolstack.clock.sleep(delay).await;
                    delay = (delay * 2).min(Duration::from_secs(10));
                }
            }
        }
    }
}

/// Which of these machines are not as they should be, as the error that names them.
fn expect(pool: &Snapshot, operation: &str, vms: &[RefId], state: &str) -> Result<(), ApiError> {
    let differs =
        |vm: &&RefId| pool.get(Ref::<Vm>::new(**vm)).is_none_or(|row| row.power_state.name() != state);
    let failed: Vec<Text> = vms.iter().filter(differs).map(|vm| Text::new(vm.to_string())).collect();
    if failed.is_empty() {
        return Ok(());
    }
    // The error names the machines after the operation, which the documentation leaves out.
    let params = std::iter::once(Text::new(operation)).chain(failed).collect();
    Err(ApiError::from_parts(Text::new_static("OPERATION_PARTIALLY_FAILED"), params))
}

/// A machine that nobody works on is not expected anywhere.
fn release(tx: &mut Transaction, vm: Ref<Vm>) {
    tx.update(vm, |row| {
        if row.current_operations.is_empty() {
            row.scheduled_to_be_resident_on = Ref::NULL;
        }
    });
    if tx.get(vm).is_some_and(|row| row.current_operations.is_empty()) {
        crate::learn::loans::release(tx, vm);
    }
}
