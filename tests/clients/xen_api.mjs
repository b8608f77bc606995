// npm `xen-api`, unmodified: connects through /jsonrpc, watches objects, runs calls.
// Arguments: the folder with node_modules, the URL with user and password, and one for plain HTTP.
// Prints one line for each check.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [folder, url, plainUrl] = process.argv.slice(2)
const { createClient } = await import(pathToFileURL(createRequire(`${folder}/`).resolve('xen-api')))

const xapi = createClient({ allowUnauthorized: true, debounce: 20, eventPollDelay: 50, transport: 'json-rpc', url })

// The client complains here when its events fail.
let complaints = 0
console.warn = () => ++complaints

async function until(what, condition) {
  for (let tries = 0; tries < 500; ++tries) {
    const answer = condition()
    if (answer) {
      return answer
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`waited in vain for ${what}`)
}

const check = what => console.log(`ok: ${what}`)

await xapi.connect()
await xapi.objectsFetched
check('connected and fetched everything')

const objects = Object.values(xapi.objects.all)
const vms = objects.filter(_ => _.$type === 'VM' && !_.is_a_template && !_.is_control_domain)
assert.equal(vms.length, 20)
assert.equal(xapi.pool.$master.$type, 'host')
assert.equal(typeof vms[0].memory_static_max, 'number')
assert.equal(vms[0].$VBDs[0].$VM, vms[0])
check('objects point at each other')

const running = vms.find(_ => _.power_state === 'Running')
await running.set_name_description('by xen-api')
await until('a changed description', () => xapi.getObject(running.$ref).name_description === 'by xen-api')
check('a change comes back as an event')

await running.update_other_config('xen-api', 'was here')
await running.update_other_config({ 'xen-api': 'is here', another: 'key' })
await until('changed maps', () => xapi.getObject(running.$ref).other_config['xen-api'] === 'is here')
await running.update_other_config('another', null)
check('keys of maps are set and removed')

const template = objects.find(_ => _.is_default_template && _.name_label.includes('Debian'))
const ref = await xapi.callAsync('VM.clone', template.$ref, 'made by xen-api')
const made = await until('the clone', () => xapi.getObject(ref, undefined))
assert.equal(made.name_label, 'made by xen-api')
check('a task is followed to its result')

await assert.rejects(xapi.call('VM.start', ref, false, false), { code: 'VM_IS_TEMPLATE' })
await assert.rejects(xapi.callAsync('VM.clean_shutdown', ref), { code: 'VM_BAD_POWER_STATE' })
await assert.rejects(xapi.call('VM.get_record', 'OpaqueRef:none'), { code: 'HANDLE_INVALID' })
check('errors carry their code')

await xapi.callAsync('VM.destroy', ref)
await until('the clone to go', () => xapi.getObject(ref, undefined) === undefined)
check('what is destroyed is gone')

await xapi.callAsync('VM.clean_shutdown', running.$ref)
await until('the shutdown', () => xapi.getObject(running.$ref).power_state === 'Halted')
check('a guest goes down')

assert.equal(complaints, 0)
await fetch(new URL('/jsonrpc', plainUrl), {
  method: 'POST',
  body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'session.logout', params: [xapi.sessionId] }),
})
// While it logs in again this client refuses calls by an assertion of its own: then they are made again.
for (let tries = 1; ; tries++) {
  try {
    await running.set_name_description('in a new session')
    break
  } catch (error) {
    if (error.code !== 'ERR_ASSERTION' || tries === 50) throw error
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
await until('events of the new session', () => xapi.getObject(running.$ref).name_description === 'in a new session')
check('a lost session is opened again')

const records = await xapi.getAllRecords('SR')
assert.ok(records.length > 0)
assert.ok((await xapi.barrier(running.$ref)).$ref === running.$ref)
check('a barrier lets nothing pass')

await xapi.disconnect()
console.log('all well')
process.exit(0)
