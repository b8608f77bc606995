//! `host.migrate_receive`: where a machine is to be sent, for `VM.migrate_send`.

use crate::arguments::Arguments;
use crate::handler::{Change, Find, Handler};
use crate::sessions::{self, Login};
use model::{ApiError, Host, Network, Pif, Pool, Ref, Session, Text, Value, many};
use store::Snapshot;

pub const HANDLERS: &[(&str, Handler)] = &[("host.migrate_receive", Handler::Change(receive))];

fn receive(change: &mut Change, arguments: &Arguments) -> Result<Value, ApiError> {
    let host: Ref<Host> = arguments.reference("host")?;
    let network: Ref<Network> = arguments.reference("network")?;
    change.tx.find(host)?;
    change.tx.find(network)?;
    let address = address(change.tx, host, network)?;
    let session = session(change, host);
    let master = change.tx.first::<Pool>().and_then(|(_, pool)| change.tx.get(pool.master));
    let master = master.map(|master| master.address.clone()).unwrap_or_default();
    let member = |name: &'static str, value: String| (Text::new_static(name), Value::from(value));
    Ok(Value::Struct(vec![
        member("SM", format!("https://{address}/services/SM?session_id={session}")),
        member("host", host.to_string()),
        member("xenops", format!("https://{address}/services/xenops?session_id={session}")),
        member("session_id", session.to_string()),
        member("master", format!("https://{master}/")),
    ]))
}

/// The address of a host on a network, as part of a URL.
fn address(pool: &Snapshot, host: Ref<Host>, network: Ref<Network>) -> Result<String, ApiError> {
    let mut cards = pool.many_rows(many::NETWORK_PIFS, network).filter(|(_, pif)| pif.host == host);
    let (id, card): (Ref<Pif>, &Pif) =
        cards.next().ok_or_else(|| ApiError::host_cannot_attach_network(host, network))?;
    let six = card.IPv6.iter().filter_map(|address| address.split('/').next()).find(|text| !text.is_empty());
    match (card.IP.as_str(), six) {
        ("", None) => Err(ApiError::interface_has_no_ip(id)),
        ("", Some(six)) => Ok(format!("[{six}]")),
        (four, _) => Ok(four.to_string()),
    }
}

/// A session with the rights of the caller, for whoever sends.
fn session(change: &mut Change, host: Ref<Host>) -> Ref<Session> {
    let Some(own) = change.tx.get(change.call.session).cloned() else {
        let login = Login::Local { name: change.call.who.clone() };
        return sessions::begin(change.tx, change.chance, change.now, host, login, Text::default());
    };
    let id = change.new_ref();
    let row = Session { uuid: change.new_uuid(), last_active: change.now, ..own };
    change.tx.insert(id, row);
    id
}
