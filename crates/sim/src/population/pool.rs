//! The pool itself, and what belongs to it alone: its secret, its user, the roles.

use crate::population::hardware;
use crate::population::identity::Key;
use crate::population::version;
use crate::population::world::{World, fixed};
use model::types::parse_uuid;
use model::{Map, Pool, Ref, Role, Secret, Text, TextMap, User, Uuid};

pub fn put(world: &mut World) {
    let key = Key::named("pool");
    let telemetry = world.ids.reference::<Secret>(key);
    world.put(
        telemetry,
        Secret {
            uuid: world.ids.uuid::<Secret>(key),
            value: world.ids.loose("telemetry", key).to_string().into(),
            other_config: Map::EMPTY,
        },
    );
    world.put(
        world.pool(),
        Pool {
            uuid: world.ids.uuid::<Pool>(key),
            name_label: world.plan.pool_name.clone(),
            master: world.host(0),
            default_SR: world.plan.default_storage.map_or(Ref::NULL, |storage| world.storage(storage)),
            other_config: fixed([
                ("memory-ratio-hvm", "0.25"),
                ("memory-ratio-pv", "0.25"),
                ("auto_poweron", "true"),
            ]),
            restrictions: version::restrictions(),
            ha_cluster_stack: Text::new_static("xhad"),
            cpu_info: processors(world),
            tls_verification_enabled: true,
            coordinator_bias: true,
            ext_auth_cache_enabled: false,
            telemetry_uuid: telemetry,
            telemetry_next_collection: world.ago(-4 * 86400),
            recommendations: fixed([("max-vm-anti-affinity-groups", "5")]),
            ..Pool::default()
        },
    );
    let root = Key::named("root");
    world.put(
        world.ids.reference::<User>(root),
        User {
            uuid: world.ids.uuid::<User>(root),
            short_name: Text::new_static("root"),
            fullname: Text::new_static("superuser"),
            other_config: Map::EMPTY,
        },
    );
    put_roles(world);
}

/// What the processors of all hosts have in common.
fn processors(world: &World) -> TextMap {
    let hosts = world.plan.hosts.len() as i64;
    let mut common = fixed([
        ("vendor", hardware::VENDOR),
        ("features_pv_host", hardware::FEATURES_PV_HOST),
        ("features_hvm_host", hardware::FEATURES_HVM_HOST),
    ]);
    common.insert("socket_count", hosts.to_string());
    common.insert("cpu_count", (hosts * hardware::CORES).to_string());
    common
}

/// Roles have the same uuids in every pool, and their references end in them.
fn put_roles(world: &mut World) {
    for role in model::generated::schema::ROLES {
        let bits = parse_uuid(role.uuid).expect("the model spells the uuids of roles");
        world.put(
            Ref::from_bits(bits),
            Role {
                uuid: Uuid(bits),
                name_label: Text::new_static(role.name),
                name_description: Text::new_static(role_description(role.name)),
                ..Role::default()
            },
        );
    }
}

fn role_description(name: &str) -> &'static str {
    match name {
        "pool-admin" => "May do everything, including who else may do what.",
        "pool-operator" => "May run the pool, its hosts, storage and networks, but not decide who may.",
        "vm-power-admin" => "May make and run machines, also with what touches their hosts.",
        "vm-admin" => "May make and run machines.",
        "vm-operator" => "May start and stop machines and see their consoles.",
        "client-cert" => "May do what a client known by its certificate alone needs.",
        "read-only" => "May look at everything and change nothing.",
        _ => "",
    }
}
