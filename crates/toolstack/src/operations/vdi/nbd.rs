//! `VDI.get_nbd_info`: at which addresses a disk can be read over the network.
//!
//! Only networks that are meant for it count, and hosts that reach the disk's storage.

use crate::arguments::Arguments;
use crate::certificates;
use crate::handler::{Find, Reading};
use model::{
    ApiEnum, ApiError, CertificateType, Host, Network, NetworkPurpose, Pif, Ref, Text, Value, Vdi, VdiType,
    many,
};
use store::Snapshot;

const PORT: i64 = 10_809;

pub fn info(reading: &Reading, arguments: &Arguments) -> Result<Value, ApiError> {
    let id: Ref<Vdi> = arguments.reference("self")?;
    let pool = reading.pool;
    let vdi = pool.find(id)?;
    if vdi.r#type == VdiType::CbtMetadata {
        return Err(ApiError::vdi_incompatible_type(id, vdi.r#type.name()));
    }
    let export = format!("/{}?session_id={}", vdi.uuid, reading.call.session);
    let mut infos = Vec::new();
    for (_, pbd) in pool.many_rows(many::SR_PBDS, vdi.SR).filter(|(_, pbd)| pbd.currently_attached) {
        let Some(host) = pool.get(pbd.host) else { continue };
        let Proof { text, subject } = proof(pool, host);
        for address in addresses(pool, pbd.host, !text.is_empty()) {
            let member = |name: &'static str, value: Value| (Text::new_static(name), value);
            infos.push(Value::Struct(vec![
                member("exportname", Value::from(export.clone())),
                member("address", Value::String(address)),
                member("port", Value::Int(PORT)),
                member("cert", Value::String(text.clone())),
                member("subject", Value::String(subject.clone())),
            ]));
        }
    }
    Ok(Value::Array(infos))
}

/// What a host proves itself with, and the name in it.
struct Proof {
    text: Text,
    subject: Text,
}

fn proof(pool: &Snapshot, host: &Host) -> Proof {
    let kept = certificates::text(pool, host, CertificateType::Host);
    let pem = kept.as_deref().and_then(wire::tls::first_pem).unwrap_or_default();
    let names = wire::tls::Certificate::from_pem(&pem).map(|facts| facts.names).unwrap_or_default();
    let own = names.iter().find(|name| host.hostname == name.as_str()).or(names.first());
    Proof { subject: own.map(Text::new).unwrap_or_else(|| host.hostname.clone()), text: Text::new(pem) }
}

/// The addresses of a host on networks that are meant for it: without a certificate only on those that
/// need none.
fn addresses(pool: &Snapshot, host: Ref<Host>, proven: bool) -> Vec<Text> {
    let open = |network: &Network| {
        network.purpose.iter().any(|purpose| match purpose {
            NetworkPurpose::Nbd => proven,
            NetworkPurpose::InsecureNbd => true,
        })
    };
    let mut cards: Vec<(Ref<Pif>, &Pif)> = pool
        .many_rows(many::HOST_PIFS, host)
        .filter(|(_, pif)| pif.currently_attached && pool.get(pif.network).is_some_and(open))
        .collect();
    cards.sort_by_key(|(_, pif)| pif.device.clone());
    let of_card = |pif: &Pif| {
        let six = pif.IPv6.iter().map(|address| Text::new(address.split('/').next().unwrap_or_default()));
        std::iter::once(pif.IP.clone()).chain(six).filter(|address| !address.is_empty()).collect::<Vec<_>>()
    };
    cards.into_iter().flat_map(|(_, pif)| of_card(pif)).collect()
}
