//! How fast answers are written and calls are read: `cargo run --release -p wire --example throughput`.
//!
//! The answer has the shape of `VM.get_all_records` for 1,000 VMs.

use model::{Date, RefId, Value, ValueWriter};
use std::hint::black_box;
use std::time::Instant;
use wire::{jsonrpc, xmlrpc};

fn records(out: &mut dyn ValueWriter) {
    out.begin_struct();
    for vm in 0..1000u128 {
        out.member(&RefId(vm + 2).to_string());
        out.begin_struct();
        for field in
            ["uuid", "name_label", "name_description", "power_state", "PV_kernel", "PV_args", "suspend_VDI"]
        {
            out.member(field);
            out.string("A name of middling length");
        }
        for field in 0..30 {
            out.member(["memory_static_max", "VCPUs_max", "user_version", "order"][field % 4]);
            out.int(i64::from(field as u32) << field);
        }
        for field in
            ["is_a_template", "is_control_domain", "is_a_snapshot", "requires_reboot", "ha_always_run"]
        {
            out.member(field);
            out.bool(vm % 2 == 0);
        }
        for field in ["VBDs", "VIFs", "VUSBs", "consoles", "crash_dumps", "snapshots", "attached_PCIs"] {
            out.member(field);
            out.begin_array();
            for item in 0..vm % 3 {
                out.reference(RefId(vm * 7 + item + 2));
            }
            out.end_array();
        }
        for field in ["platform", "other_config", "xenstore_data", "blobs", "HVM_boot_params"] {
            out.member(field);
            out.begin_struct();
            for key in ["timeoffset", "device-model", "base_template_name"] {
                out.member(key);
                out.string("Other \"install\" <media>");
            }
            out.end_struct();
        }
        out.member("snapshot_time");
        out.date(Date::from_seconds(1_742_357_784));
        out.member("shadow_multiplier");
        out.float(1.25);
        out.end_struct();
    }
    out.end_struct();
}

/// The best of many runs.
fn measure(what: &str, mut run: impl FnMut() -> usize) {
    let mut best = f64::MAX;
    let mut bytes = 0;
    for _ in 0..40 {
        let begin = Instant::now();
        bytes = black_box(run());
        best = best.min(begin.elapsed().as_secs_f64());
    }
    println!("{what:24} {:8.3} ms  {:7.0} MB/s", best * 1e3, bytes as f64 / best / 1e6);
}

fn main() {
    let envelope = jsonrpc::Envelope { version: jsonrpc::Version::V2, id: jsonrpc::Id::Int(1) };
    let mut out = Vec::new();
    measure("write JSON", || {
        out.clear();
        envelope.success(&mut out, records);
        out.len()
    });
    measure("read JSON", || {
        jsonrpc::parse_response(&out).map_or(0, |reply| black_box(reply).map_or(0, |_| out.len()))
    });
    let mut out = Vec::new();
    measure("write XML", || {
        out.clear();
        xmlrpc::success(&mut out, records);
        out.len()
    });
    measure("read XML", || {
        xmlrpc::parse_response(&out).map_or(0, |reply| black_box(reply).map_or(0, |_| out.len()))
    });
    let params = [Value::Ref(RefId(7)), "x".into(), Value::Bool(true)];
    let mut call = Vec::new();
    jsonrpc::write_call(&mut call, 1, "VM.start", &params);
    measure("read 1,000 JSON calls", || {
        (0..1000).map(|_| black_box(jsonrpc::parse_request(&call)).map_or(0, |_| call.len())).sum()
    });
    call.clear();
    xmlrpc::write_call(&mut call, "VM.start", &params);
    measure("read 1,000 XML calls", || {
        (0..1000).map(|_| black_box(xmlrpc::parse_call(&call)).map_or(0, |_| call.len())).sum()
    });
}
