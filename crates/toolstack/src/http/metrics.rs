//! `GET /metrics`: numbers about this process and its pool, as Prometheus reads them.
//!
//! From this computer anybody may look; from elsewhere, whoever may log in.

use super::{Endpoint, authenticate, origin};
use crate::toolstack::Toolstack;
use futures_util::future::BoxFuture;
use model::{ClassId, TaskStatusType, Vm, VmPowerState};
use std::fmt::Write;
use std::sync::Arc;
use wire::http::{Request, Response, StatusCode};

pub struct Metrics;

impl Endpoint for Metrics {
    fn serve(&self, toolstack: Arc<Toolstack>, request: Request) -> BoxFuture<'static, Response> {
        Box::pin(async move {
            let local = origin(&request.head.peer).address().is_none_or(|address| address.is_loopback());
            if !local {
                match authenticate(&toolstack, &request.head, "get_host_rrd").await {
                    Ok(visitor) => visitor.leave(&toolstack).await,
                    Err(refusal) => return refusal,
                }
            }
            Response::new(StatusCode::OK).with_body("text/plain; version=0.0.4", print(&toolstack))
        })
    }
}

fn print(toolstack: &Toolstack) -> String {
    let pool = toolstack.store.snapshot();
    let mut out = String::new();
    let mut family = |name: &str, kind: &str, help: &str, samples: &[(String, f64)]| {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            let _ = writeln!(out, "{name}{labels} {value}");
        }
    };
    let one = |value: f64| vec![(String::new(), value)];
    let rows: Vec<_> = ClassId::all()
        .filter(|class| class.definition().in_database)
        .map(|class| (format!("{{class=\"{}\"}}", class.name()), pool.table(class).len() as f64))
        .collect();
    let in_state = |state| {
        pool.all::<Vm>().filter(|(_, vm)| !vm.is_a_template && vm.power_state == state).count() as f64
    };
    let states = [VmPowerState::Halted, VmPowerState::Paused, VmPowerState::Running, VmPowerState::Suspended];
    let machines: Vec<_> = states
        .into_iter()
        .map(|state| (format!("{{power_state=\"{}\"}}", model::ApiEnum::name(state)), in_state(state)))
        .collect();
    let pending =
        pool.all::<model::Task>().filter(|(_, task)| task.status == TaskStatusType::Pending).count();
    let (answered, failed) = toolstack.door.counts();
    let outcomes = [
        ("{outcome=\"success\"}".to_string(), answered as f64),
        ("{outcome=\"failure\"}".to_string(), failed as f64),
    ];
    family("xenios_calls_total", "counter", "XenAPI calls answered since the start.", &outcomes);
    family("xenios_rows", "gauge", "Objects of each class.", &rows);
    family("xenios_vms", "gauge", "Virtual machines by power state, templates left out.", &machines);
    family(
        "xenios_operations_running",
        "gauge",
        "Operations that are carried out now.",
        &one(toolstack.running.len() as f64),
    );
    family("xenios_tasks_pending", "gauge", "Tasks that are not complete.", &one(pending as f64));
    family(
        "xenios_store_generation",
        "counter",
        "Number of the last durable change.",
        &one(pool.generation() as f64),
    );
    family(
        "xenios_store_commits_total",
        "counter",
        "Commits asked for since the start.",
        &one(toolstack.store.commits() as f64),
    );
    out
}
