// npm `xen-api`, unmodified, provisions a pool and takes everything away again: storage, networks,
// machines from a template with disks and cards, snapshots. Arguments: the folder with node_modules, and the
// URL with user and password. Afterwards the pool is as before, which `xenios.diff` tells.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, url] = process.argv.slice(2)
const { createClient } = await import(pathToFileURL(createRequire(`${folder}/`).resolve('xen-api')))

const xapi = createClient({ allowUnauthorized: true, debounce: 20, transport: 'json-rpc', url })
await xapi.connect()

const check = what => console.log(`ok: ${what}`)
const all = async type => Object.entries(await xapi.call(`${type}.get_all_records`))
const [[poolRef, pool]] = await all('pool')
const before = Number((await xapi.call('xenios.plan', 'pool.get_all', [])).generation)

const hosts = (await all('host')).map(([host]) => host)
const config = { server: '10.0.0.9', serverpath: '/exports/provisioned' }
const sr = await xapi.callAsync(
  'SR.create', pool.master, config, 0, 'provisioned', 'by a script', 'nfs', 'user', true, {}
)
const links = await Promise.all((await xapi.call('SR.get_PBDs', sr)).map(pbd => xapi.call('PBD.get_record', pbd)))
assert.deepEqual(links.map(pbd => pbd.host).sort(), [...hosts].sort())
assert.ok(links.every(pbd => pbd.currently_attached && pbd.device_config.serverpath === config.serverpath))
assert.ok(Number(await xapi.call('SR.get_physical_size', sr)) > 0)
const uuid = await xapi.call('SR.get_uuid', sr)
check('storage on a file server, plugged on every host')

const network = await xapi.call('network.create', {
  name_label: 'provisioned',
  name_description: '',
  other_config: {},
  tags: [],
})
const [pif] = (await all('PIF')).find(([, pif]) => pif.physical && pif.host === pool.master)
const vlans = await xapi.call('pool.create_VLAN_from_PIF', pif, network, 123)
assert.equal(vlans.length, hosts.length)
for (const vlan of vlans) {
  const record = await xapi.call('PIF.get_record', vlan)
  assert.deepEqual([Number(record.VLAN), record.network, record.currently_attached], [123, network, true])
}
check('a network with a VLAN on every host')

const [template] = (await all('VM')).find(([, vm]) => vm.is_default_template && vm.name_label.includes('Debian'))
const vms = []
for (const name of ['one', 'two', 'three']) {
  const vm = await xapi.callAsync('VM.clone', template, name)
  const disks = (await xapi.call('VM.get_other_config', vm)).disks
  await xapi.call('VM.remove_from_other_config', vm, 'disks')
  await xapi.call('VM.add_to_other_config', vm, 'disks', disks.replace(/sr="[^"]*"/g, `sr="${uuid}"`))
  await xapi.callAsync('VM.provision', vm)
  await xapi.call('VIF.create', {
    device: '0', network, VM: vm, MAC: '', MTU: 1500, other_config: {}, qos_algorithm_type: '', qos_algorithm_params: {},
  })
  const told = await xapi.call('xenios.plan', 'VM.start', [vm, false, false])
  assert.equal(told.verdict, 'runs')
  await xapi.callAsync('VM.start', vm, false, false)
  assert.equal(await xapi.call('VM.get_power_state', vm), 'Running')
  vms.push(vm)
}
const used = await xapi.call('SR.get_VDIs', sr)
assert.ok(used.length >= vms.length)
await assert.rejects(xapi.call('SR.destroy', sr), { code: 'SR_HAS_PBD' })
check('machines from a template, with disks and cards, run')

const snapshots = await Promise.all(vms.map(vm => xapi.callAsync('VM.snapshot', vm, 'first')))
await xapi.call('VM.set_name_description', vms[0], 'changed')
await xapi.callAsync('VM.revert', snapshots[0])
check('snapshots are taken, and gone back to')

const remove = async vm => {
  const vbds = await xapi.call('VM.get_VBDs', vm)
  const disks = []
  for (const vbd of vbds) {
    if ((await xapi.call('VBD.get_type', vbd)) === 'Disk') {
      disks.push(await xapi.call('VBD.get_VDI', vbd))
    }
  }
  await xapi.callAsync('VM.destroy', vm)
  await Promise.all(disks.map(disk => xapi.callAsync('VDI.destroy', disk)))
}
for (const vm of vms) {
  if ((await xapi.call('VM.get_power_state', vm)) !== 'Halted') {
    await xapi.callAsync('VM.hard_shutdown', vm)
  }
}
await Promise.all(snapshots.map(remove))
await Promise.all(vms.map(remove))
for (const vlan of vlans) {
  const id = await xapi.call('PIF.get_VLAN_master_of', vlan)
  await xapi.callAsync('VLAN.destroy', id)
}
await xapi.call('network.destroy', network)
await xapi.callAsync('SR.scan', sr)
for (const pbd of await xapi.call('SR.get_PBDs', sr)) {
  await xapi.callAsync('PBD.unplug', pbd)
  assert.equal(await xapi.call('PBD.get_currently_attached', pbd), false)
}
await xapi.callAsync('SR.destroy', sr)
await assert.rejects(xapi.call('SR.get_by_uuid', uuid), { code: 'UUID_INVALID' })

// What machines tell of themselves may be another number, tasks wait to be forgotten, and the hidden
// disks below clones go when their storage is tidied.
const passing = ['task', 'session', 'message', 'Caller']
const left = (await xapi.call('xenios.diff', before)).filter(
  ({ class: kind, name, what }) => what !== 'changed' && !passing.includes(kind) && name !== 'base copy'
)
assert.deepEqual(left.map(({ class: kind, name, what }) => `${kind} ${name} ${what}`), [])
check('and nothing of it is left')
assert.equal((await xapi.call('pool.get_record', poolRef)).master, pool.master)
await xapi.disconnect()
console.log('all well')
