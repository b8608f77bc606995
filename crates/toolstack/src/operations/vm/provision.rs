//! `VM.provision`: a template becomes a machine, with the disks that it asks for.
//!
//! `other_config:disks` holds them as XML:
//! `<provision><disk device="0" size="10737418240" sr="" bootable="true" type="system"/></provision>`.

use crate::arguments::Arguments;
use crate::handler::{Find, Planned, Planning};
use crate::operations::device;
use crate::plan::{Edit, Plan};
use machine::{Disc, Step};
use model::{ApiEnum, ApiError, ClassId, Ref, Sr, Text, Uuid, Vbd, VbdMode, VbdType, Vdi, VdiType, Vm};
use quick_xml::Reader;
use quick_xml::events::Event;
use store::Snapshot;

pub fn plan(planning: &Planning, arguments: &Arguments) -> Result<Planned, ApiError> {
    let id: Ref<Vm> = arguments.reference("vm")?;
    let pool = planning.pool;
    let vm = pool.find(id)?;
    let wanted = match vm.other_config.get("disks") {
        Some(xml) => parse(xml)?,
        None => Vec::new(),
    };
    let mut makes = Vec::new();
    let mut edits = Vec::new();
    for disk in wanted {
        let sr = storage(pool, &disk.sr)?;
        let host = device::host_of_sr(pool, sr)?;
        let uuid = planning.new_uuid();
        let disc = Disc { sr: pool.find(sr)?.uuid, vdi: uuid };
        makes.push(Plan::Do(host, Step::CreateDisk { disc, size_bytes: disk.size_bytes }));
        let vdi: Ref<Vdi> = planning.new_ref();
        let vm_name = &vm.name_label;
        edits.push(Edit::make(
            vdi,
            Vdi {
                uuid,
                name_label: Text::new(format!("{vm_name} {}", disk.device)),
                name_description: Text::new_static("Created by template provisioner"),
                SR: sr,
                virtual_size: disk.size_bytes,
                r#type: disk.kind,
                location: Text::new(uuid.to_string()),
                managed: true,
                ..Vdi::default()
            },
        ));
        let row = Vbd {
            uuid: planning.new_uuid(),
            VM: id,
            VDI: vdi,
            userdevice: Text::new(disk.device),
            bootable: disk.bootable,
            mode: VbdMode::Rw,
            r#type: VbdType::Disk,
            ..Vbd::default()
        };
        edits.push(Edit::make(planning.new_ref::<Vbd>(), row));
    }
    let mut other_config = vm.other_config.clone();
    other_config.remove("disks");
    edits.push(Edit::set(id, "other_config", other_config));
    edits.push(Edit::set(id, "is_a_template", false));
    Ok(Planned::new(Plan::Serial(vec![Plan::Parallel(makes), Plan::Write(edits)])))
}

/// A storage by uuid or name; empty: the pool's default.
fn storage(pool: &Snapshot, text: &str) -> Result<Ref<Sr>, ApiError> {
    if text.is_empty() {
        let default = pool.first::<model::Pool>().map_or(Ref::NULL, |(_, pool)| pool.default_SR);
        return default
            .some()
            .filter(|sr| pool.get(*sr).is_some())
            .ok_or_else(|| ApiError::default_sr_not_found(default));
    }
    let by_uuid = Uuid::parse(text).and_then(|uuid| pool.by_uuid(ClassId::Sr, uuid));
    let found = by_uuid.or_else(|| pool.by_name(ClassId::Sr, text).next());
    found.map(Ref::new).ok_or_else(|| ApiError::uuid_invalid("SR", text))
}

struct Wanted {
    device: String,
    size_bytes: i64,
    sr: String,
    bootable: bool,
    kind: VdiType,
}

fn parse(xml: &str) -> Result<Vec<Wanted>, ApiError> {
    let bad = |reason: String| ApiError::invalid_value("other_config:disks", reason);
    let mut reader = Reader::from_str(xml);
    let mut disks = Vec::new();
    loop {
        match reader.read_event().map_err(|error| bad(error.to_string()))? {
            Event::Eof => return Ok(disks),
            Event::Start(element) | Event::Empty(element) if element.name().as_ref() == "disk" => {
                let attribute = |name: &str| {
                    let found =
                        element.attributes().flatten().find(|attribute| attribute.key.as_ref() == name);
                    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
                };
                let size = attribute("size");
                let size_bytes = size
                    .parse()
                    .ok()
                    .filter(|size: &i64| *size > 0)
                    .ok_or_else(|| bad(format!("size {size:?}")))?;
                disks.push(Wanted {
                    device: attribute("device"),
                    size_bytes,
                    sr: attribute("sr"),
                    bootable: attribute("bootable") == "true",
                    kind: VdiType::parse(&attribute("type")).unwrap_or(VdiType::System),
                });
            }
            _ => {}
        }
    }
}
