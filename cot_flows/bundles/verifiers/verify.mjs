// Verifies a bundle that was taken out of a log: in a browser as part of verify.html, and in Node.js 20 or later:
//   node verify.mjs [FOLDER or FILE.zip] [--key VKEY] [--witness VKEY] [--json]
// Ends with 0 when all holds, 1 when something was altered, 2 when the bundle cannot be read, 3 when no --key was given.
// It uses nothing of the program that wrote the bundle, and asks no network.
const FORMAT = "cot-flows/bundle/v1";
const [MOST_FILES, LARGEST_FILE, LARGEST_SMALL, LARGEST_RATIO, LONGEST_LINE] = [32, 2 ** 31 - 2 ** 20, 2 ** 26, 200, 2 ** 20];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const HEX32 = /^[0-9a-f]{64}$/;
const WHOLE = "content leaf position recorded_at stream stream_version";
const ENVELOPE = "actor approved_by causation_id classification commitments correlation_id corrects data effective_from event_id " +
  "occurred_on on_behalf_of precision schema_version source subjects type";
const SORTED_ENVELOPE = ENVELOPE.split(" ").sort().join(" ");
const CLASSES = new Set(["public", "internal", "personnel", "student-derived", "privileged"]);
const BATCH = 2000;
const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Refused extends Error {}
export class Wrong extends Error {
  constructor(message, position = null) {
    super(position === null ? message : `position ${position}: ${message}`);
    this.position = position;
  }
}

const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
};
const sha256 = async (...parts) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", parts.length === 1 ? parts[0] : joined(...parts)));
// The same in this language, for what is hashed by the hundred thousand: waiting for a promise takes longer than the hash. A fault
// in it could only make honest roots differ from the signed ones, never altered ones agree.
const ROUNDS = new Int32Array(64);
const START = new Int32Array(8);
for (let prime = 2, found = 0; found < 64; prime += 1) {
  let divisor = 2;
  while (divisor * divisor <= prime && prime % divisor) divisor += 1;
  if (divisor * divisor <= prime) continue;
  const part = (root) => (root - Math.floor(root)) * 2 ** 32;
  if (found < 8) START[found] = part(Math.sqrt(prime));
  ROUNDS[found] = part(Math.cbrt(prime));
  found += 1;
}
const WORDS = new Int32Array(64);
function block(state, bytes, at) {
  for (let i = 0; i < 16; i += 1, at += 4) WORDS[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i += 1) {
    const [x, y] = [WORDS[i - 15], WORDS[i - 2]];
    WORDS[i] = WORDS[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) + WORDS[i - 7] +
      ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10));
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const one = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + WORDS[i]) | 0;
    const two = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}
export function hash(bytes) {
  const [state, whole] = [START.slice(), bytes.length - (bytes.length % 64)];
  for (let at = 0; at < whole; at += 64) block(state, bytes, at);
  const left = bytes.length - whole;
  const tail = new Uint8Array(left < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[left] = 128;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(tail.length - 4, (bytes.length * 8) % 2 ** 32);
  for (let at = 0; at < tail.length; at += 64) block(state, tail, at);
  const [made, out] = [new Uint8Array(32), new DataView(new ArrayBuffer(32))];
  for (let i = 0; i < 8; i += 1) out.setInt32(4 * i, state[i]);
  made.set(new Uint8Array(out.buffer));
  return made;
}
const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, "0"));
const hex = (bytes) => { let told = ""; for (const each of bytes) told += HEX[each]; return told; };
const fromHex = (text) => Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.substr(2 * at, 2), 16));
const same = (one, two) => one.length === two.length && one.every((each, at) => each === two[at]);
const keysOf = (value) => Object.keys(value).sort().join(" ");

function shaped(value, kind, where) {
  const found = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  if (found !== kind) throw new Refused(`${where} should be ${kind}, and is ${found}`);
  return value;
}
function number(value, where, least = 1) {
  if (!Number.isSafeInteger(value) || value < least) throw new Refused(`${where} is no whole number from ${least}`);
  return value;
}
function parse(bytes, where) {
  let found;
  try { found = JSON.parse(typeof bytes === "string" ? bytes : strict.decode(bytes)); } catch (error) {
    throw new Refused(`${where} is no JSON: ${String(error.message).slice(0, 100)}`);
  }
  return shaped(found, "object", where);
}
function fromBase64(text, where) {
  let told;
  try { told = atob(shaped(text, "string", where)); } catch (error) {
    throw error instanceof Refused ? error : new Refused(`${where} is not in base64`);
  }
  if (btoa(told) !== text) throw new Refused(`${where} is not in base64's one spelling`);
  return Uint8Array.from(told, (letter) => letter.charCodeAt(0));
}
const number8 = (value) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
};
const sized = (text) => {
  const [told, size] = [utf8.encode(text), new Uint8Array(4)];
  new DataView(size.buffer).setInt32(0, told.length);
  return joined(size, told);
};

// The files of a bundle. `open` maps a name to a function that gives its bytes, within the limits.
class Files {
  static async of(open) {
    if (open.size > MOST_FILES) throw new Refused(`a bundle has at most ${MOST_FILES} files, not ${open.size}`);
    const files = new Files();
    files.open = open;
    files.manifest = parse(await files.bytes("manifest.json"), "manifest.json");
    if (files.manifest.format !== FORMAT) throw new Refused(`manifest.json is not of a bundle in the format ${FORMAT}`);
    files.told = new Map(Object.entries(shaped(files.manifest.files, "object", "manifest.files")));
    for (const name of open.keys()) {
      if (name !== "manifest.json" && !files.told.has(name)) throw new Refused(`the file "${name}" is not listed in its manifest`);
    }
    for (const name of files.told.keys()) {
      if (!open.has(name)) throw new Refused(`the file "${name.slice(0, 64)}" is not in the bundle`);
    }
    return files;
  }
  async bytes(name) {
    if (!this.open.has(name)) throw new Refused(`the file "${name}" is missing`);
    return this.open.get(name)();
  }
  async require(name, bytes) {
    if (this.told.get(name) !== hex(await sha256(bytes))) {
      throw new Wrong(`the file ${name} is not the one that the manifest lists`);
    }
  }
  async whole(name) {
    const bytes = await this.bytes(name);
    await this.require(name, bytes);
    return bytes;
  }
  async *lines(name) {
    for await (const batch of this.batches(name)) yield* batch;
  }
  async *batches(name) {
    const bytes = await this.bytes(name);
    let [count, batch] = [0, []];
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(10, start);
      count += 1;
      if (end < 0 || end - start >= LONGEST_LINE) throw new Refused(`${name} line ${count} is cut off, or longer than ${LONGEST_LINE}`);
      batch.push(parse(bytes.subarray(start, end), `${name} line ${count}`));
      start = end + 1;
      if (batch.length === BATCH) { yield batch; batch = []; }
    }
    if (batch.length) yield batch;
    await this.require(name, bytes);
  }
}

export function requireAllowed(name, size) {
  if (!NAME.test(name)) throw new Refused(`"${String(name).slice(0, 64)}" is no name of a bundle's file`);
  const limit = name.endsWith(".jsonl") ? LARGEST_FILE : LARGEST_SMALL;
  if (size > limit) throw new Refused(`"${name}" has ${size} bytes, more than ${limit}`);
}

async function inflated(bytes, size, name) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const [found, reader] = [new Uint8Array(size), stream.getReader()];
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > size) {
      await reader.cancel();
      throw new Refused(`"${name}" holds more than it says`);
    }
    found.set(value, at);
    at += value.length;
  }
  if (at !== size) throw new Refused(`"${name}" holds less than it says`);
  return found;
}

const CRC = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
function crc32(bytes) {
  let value = 0xffffffff;
  for (let at = 0; at < bytes.length; at += 1) value = CRC[(value ^ bytes[at]) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

// The entries of a zip file by name. Each is stored or deflated, of its declared size, and there once.
export function openZip(zip) {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  const last = Math.max(0, end - 65535);
  while (end >= last && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < last || end < 0) throw new Refused("the file is no zip file, or is cut off");
  const [count, found] = [view.getUint16(end + 10, true), new Map()];
  let at = view.getUint32(end + 16, true);
  for (let entry = 0; entry < count; entry += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw new Refused("the zip file's list of files is damaged");
    const [flags, method, crc] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
    const [packed, size, length] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const name = strict.decode(zip.subarray(at + 46, at + 46 + length));
    requireAllowed(name, size);
    if (found.has(name)) throw new Refused(`the file "${name}" is in the bundle twice`);
    if (size > Math.max(2 ** 20, LARGEST_RATIO * packed)) throw new Refused(`"${name}" claims to be ${size} bytes: a zip bomb`);
    if (flags & 1 || (method !== 0 && method !== 8)) throw new Refused(`"${name}" is packed in a way that is not understood`);
    const header = view.getUint32(at + 42, true);
    found.set(name, async () => {
      if (header + 30 > zip.length || view.getUint32(header, true) !== 0x04034b50) throw new Refused(`"${name}" is damaged`);
      const own = view.getUint16(header + 26, true);
      if (!same(zip.subarray(header + 30, header + 30 + own), utf8.encode(name))) throw new Refused(`"${name}" has two names`);
      const start = header + 30 + own + view.getUint16(header + 28, true);
      const data = zip.subarray(start, start + packed);
      if (data.length !== packed || (method === 0 && packed !== size)) throw new Refused(`"${name}" is cut off`);
      const bytes = method === 0 ? data : await inflated(data, size, name);
      if (crc32(bytes) !== crc) throw new Refused(`"${name}" is damaged`);
      return bytes;
    });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}

// The right edge of a growing Merkle tree (RFC 9162): roots of complete subtrees, from the largest down.
const node = (left, right) => hash(joined(Uint8Array.of(1), left, right));
class Tree {
  constructor() { this.size = 0; this.edge = []; }
  add(leaf) {
    for (let rest = this.size; rest % 2; rest = (rest - 1) / 2) leaf = node(this.edge.pop(), leaf);
    this.edge.push(leaf);
    this.size += 1;
  }
  root() {
    if (!this.edge.length) return hash(new Uint8Array());
    return this.edge.slice(0, -1).reduceRight((found, left) => node(left, found), this.edge[this.edge.length - 1]);
  }
}

// The roots that a consistency proof leads to (RFC 9162, 2.1.4.1); `root` as long as the proof leaves the older out.
function bothRoots(old, size, path, root) {
  if (old === size) {
    if (path.length !== (root ? 0 : 1)) throw new Wrong("the consistency proof has not the right length");
    return root ? [root, root] : [path[0], path[0]];
  }
  if (!path.length) throw new Wrong("the consistency proof is too short");
  let middle = 1;
  while (middle * 2 < size) middle *= 2;
  const [rest, last] = [path.slice(0, -1), path[path.length - 1]];
  if (old <= middle) {
    const [before, after] = bothRoots(old, middle, rest, root);
    return [before, node(after, last)];
  }
  const [before, after] = bothRoots(old - middle, size - middle, rest, null);
  return [node(last, before), node(last, after)];
}

async function readKey(vkey) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(shaped(vkey, "string", "a vkey"));
  if (!parts) throw new Refused(`"${vkey.slice(0, 80)}" is no vkey`);
  const told = fromBase64(parts[3], "a vkey");
  const id = (await sha256(utf8.encode(`${parts[1]}\n`), told)).subarray(0, 4);
  if (hex(id) !== parts[2] || (told[0] !== 1 && told[0] !== 4)) throw new Refused(`the vkey of ${parts[1]} does not fit its key id`);
  const key = await crypto.subtle.importKey("raw", told.subarray(1), { name: "Ed25519" }, false, ["verify"]);
  return { vkey, name: parts[1], id, kind: told[0], key };
}

// Whether a key has signature lines under a text; one that does not fit is wrong.
async function signed(key, text, lines) {
  const own = lines.filter((line) => line.name === key.name && same(line.made.subarray(0, 4), key.id));
  for (const line of own) {
    let [message, signature] = [text, line.made.subarray(4)];
    if (key.kind === 4) {
      if (signature.length !== 72) throw new Wrong(`a cosignature of ${key.name} has not the right length`);
      const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
      [message, signature] = [`cosignature/v1\ntime ${time}\n${text}`, signature.subarray(8)];
    }
    if (!(await crypto.subtle.verify("Ed25519", key.key, signature, utf8.encode(message)))) {
      throw new Wrong(`the signature of ${key.name} does not fit the text`);
    }
  }
  return own.length > 0;
}

function readNote(note) {
  const cut = shaped(note, "string", "a note").lastIndexOf("\n\n");
  const lines = note.slice(cut + 2).split("\n");
  if (cut < 0 || lines.pop() !== "" || lines.length < 1 || lines.length > 64) {
    throw new Refused("a note is a text, an empty line, and 1 to 64 lines of signatures");
  }
  return [note.slice(0, cut + 1), lines.map((line) => {
    const parts = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    if (!parts) throw new Refused(`"${line.slice(0, 80)}" is no signature line`);
    return { name: parts[1], made: fromBase64(parts[2], "a signature") };
  })];
}

async function readKeys(told) {
  const rows = shaped(told.keys, "array", "keys.json keys").map((row) => shaped(row, "object", "a key"));
  const keys = await Promise.all(rows.map((row) => readKey(row.vkey)));
  const witnesses = await Promise.all(shaped(told.witnesses, "array", "keys.json witnesses").map(readKey));
  const facts = new Map();
  for (const [at, row] of rows.entries()) {
    const rotated = at > 0 && rows[at - 1].ended === "rotated";
    if (rotated) {
      const [text, lines] = readNote(row.statement);
      if (text !== `cot-flows/next-sealing-key/v1\n${row.vkey}\n` || !(await signed(keys[at - 1], text, lines))) {
        throw new Wrong(`the key ${row.vkey} is not vouched for by the key before it`);
      }
    }
    facts.set(number(row.from_position, "from_position"), `${rotated ? "SealingKeyRotated" : "SealingKeyPublished"} ${row.vkey}`);
    if (row.ended === "lost") facts.set(number(row.until_position, "until_position"), `SealingKeyLost ${row.vkey}`);
  }
  const inForce = (position) => {
    const at = rows.findIndex((row) => row.from_position < position && (row.until_position === null || position < row.until_position));
    if (at < 0) throw new Wrong("no key was in force when this checkpoint was recorded", position);
    return keys[at];
  };
  const leadsFrom = (given, last) => {
    let at = keys.indexOf(last);
    while (!given.has(keys[at].vkey)) {
      at -= 1;
      if (at < 0 || rows[at].ended !== "rotated") return false;
    }
    return true;
  };
  return { witnesses, facts, inForce, leadsFrom };
}

async function readCheckpoint(row, keys, origin, before) {
  const [size, position] = [number(row.size, "the size of a checkpoint"), number(row.position, "the position of a checkpoint")];
  const [text, lines] = readNote(row.note);
  const [told, key] = [text.split("\n"), keys.inForce(position)];
  if (told.length < 4 || told[0] !== origin || told[1] !== String(size) || key.name !== origin) {
    throw new Wrong(`the note of the checkpoint of ${size} events says other than it`);
  }
  const root = fromBase64(told[2], "a root");
  if (!(await signed(key, text, lines))) throw new Wrong(`the checkpoint of ${size} events is not signed by the key then in force`);
  const witnesses = [];
  for (const each of keys.witnesses) if (await signed(each, text, lines)) witnesses.push(each.vkey);
  const path = shaped(row.proof, "array", "a consistency proof").map((each) => fromBase64(each, "a hash"));
  if (path.length > 64 || [root, ...path].some((each) => each.length !== 32)) {
    throw new Refused("a proof is too long, or a hash has not 32 bytes");
  }
  if (!before && path.length) throw new Wrong("the first checkpoint continues nothing, and has a proof");
  if (before) {
    if (!(before.size < size && before.position < position)) throw new Wrong(`the checkpoint of ${size} events does not follow ${before.size}`);
    const [older, newer] = bothRoots(before.size, size, path, before.root);
    if (!same(older, before.root) || !same(newer, root)) {
      throw new Wrong(`the checkpoint of ${size} events does not continue that of ${before.size}`);
    }
  }
  return { size, position, note: row.note, text, root, key, witnesses };
}

// JSON in its one form. Written out, because objects give keys that look like numbers first, in their order as numbers.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

function faultOf(told, content) {
  if (canonical(told) !== content) return "the content is not in its one canonical form";
  if (keysOf(told) !== SORTED_ENVELOPE) return "the content has not the fields it must have";
  const { subjects, commitments } = told;
  if ([told.event_id, told.type, told.actor, told.occurred_on].some((each) => typeof each !== "string")) {
    return "the content has fields that are not of the kind they must be";
  }
  if (!told.data || typeof told.data !== "object" || Array.isArray(told.data)) return "the data is no object";
  if (!Number.isInteger(told.schema_version) || !CLASSES.has(told.classification)) return "the content has no schema version, or an unknown classification";
  if (!Array.isArray(subjects) || subjects.some((each, at) => typeof each !== "string" || (at && subjects[at - 1] >= each))) {
    return "the subjects are not sorted, or not each once";
  }
  if (!commitments || typeof commitments !== "object" || Object.values(commitments).some((each) => !HEX32.test(each))) {
    return "the commitments are no SHA-256 in hex";
  }
  return null;
}

class Walk {
  constructor(district, keys, checkpoints) {
    this.prefix = joined(Uint8Array.of(0), utf8.encode("cot-flows/leaf/v1"), sized(district));
    Object.assign(this, { keys, tree: new Tree(), ofSize: new Map(checkpoints.map((each) => [each.size, each])), streams: new Map() });
    Object.assign(this, { ids: new Set(), hidden: [], skipped: 0, lacking: 0, good: 0, time: null, here: 0, sealing: new Map(), sealed: new Set() });
  }
  // Checks the next line of events.jsonl with its values.
  take(line, values) {
    const here = this.here + 1;
    this.check(here, line, values, this.hashes(line, values));
    this.here = here;
    this.tree.add(fromHex(line.leaf));
    if (this.ofSize.has(here)) {
      if (!same(this.tree.root(), this.ofSize.get(here).root)) {
        throw new Wrong(`one of the events ${this.good + 1} to ${here} is not what was sealed`, this.good + 1);
      }
      this.good = here;
    }
  }
  hashes(line, values) {
    if (typeof line.content !== "string" || typeof line.stream !== "string") return null;
    const whole = [line.position, line.stream_version, line.recorded_at];
    if (!whole.every(Number.isSafeInteger)) return null;
    const content = hash(utf8.encode(line.content));
    const leaf = hash(joined(this.prefix, number8(whole[0]), sized(line.stream), number8(whole[1]), number8(whole[2]), content));
    const tag = utf8.encode("cot-flows/commitment/v1");
    const told = values.map(({ field, salt, value }) => (typeof value === "string" && /^[0-9a-f]{32}$/.test(salt)
      ? hex(hash(joined(tag, fromHex(salt), utf8.encode(JSON.stringify([field, value.normalize("NFC")]))))) : ""));
    return { leaf: hex(leaf), told };
  }
  check(here, line, values, found) {
    if (number(line.position, "a position") !== here) throw new Wrong("is missing, or stands elsewhere", here);
    if (typeof line.leaf !== "string" || !HEX32.test(line.leaf)) throw new Wrong("the leaf is no SHA-256 in hex", here);
    const fields = keysOf(line);
    if (fields === "leaf position") {
      if (values.length) throw new Wrong("its content was left out, its values were not", here);
      this.hidden.push(here);
      return;
    }
    if (fields !== WHOLE) throw new Wrong("the line has not the fields it must have", here);
    if (!found) throw new Wrong("stream and content should be texts", here);
    number(line.stream_version, "a stream version");
    number(line.recorded_at, "a recording time", 0);
    if (found.leaf !== line.leaf) throw new Wrong("content, place or time is not what was hashed", here);
    if (this.time !== null && line.recorded_at < this.time) throw new Wrong("was recorded before its predecessor", here);
    this.time = line.recorded_at;
    const [before, at] = this.streams.get(line.stream) ?? [0, 0];
    const gap = line.stream_version - before - 1;
    this.skipped += gap;
    if (gap < 0 || (gap && gap > this.hiddenAfter(at))) throw new Wrong(`version ${before + 1} of the stream ${line.stream} is missing`, here);
    this.streams.set(line.stream, [line.stream_version, here]);
    this.content(here, line.content, values, found.told);
  }
  hiddenAfter(position) {
    let [low, high] = [0, this.hidden.length];
    while (low < high) { const middle = (low + high) >> 1; if (this.hidden[middle] > position) high = middle; else low = middle + 1; }
    return this.hidden.length - low;
  }
  content(here, content, values, made) {
    let told;
    try { told = parse(content, "the content"); } catch (error) { throw new Wrong(error.message, here); }
    const fault = faultOf(told, content);
    if (fault || this.ids.has(told.event_id)) throw new Wrong(fault ?? `the event id ${told.event_id} was there before`, here);
    if (told.corrects !== null && !this.ids.has(told.corrects) && !this.hidden.length) throw new Wrong("it corrects an event that is not there", here);
    this.ids.add(told.event_id);
    const shown = new Set(values.map((each) => each.field));
    if (shown.size !== values.length || [...shown].some((each) => !Object.hasOwn(told.commitments, each))) {
      throw new Wrong("there is a value that the event does not commit to", here);
    }
    values.forEach((each, at) => {
      if (made[at] !== told.commitments[each.field]) throw new Wrong(`the value of ${each.field} is not the one committed to`, here);
    });
    this.lacking += Object.keys(told.commitments).length - values.length;
    const { data } = told;
    if (["SealingKeyPublished", "SealingKeyRotated", "SealingKeyLost"].includes(told.type)) this.sealing.set(here, `${told.type} ${data.vkey}`);
    if (told.type === "CheckpointSealed") {
      const checkpoint = this.ofSize.get(data.size);
      if (checkpoint?.position !== here) throw new Wrong("the checkpoint recorded here is not in the bundle", here);
      if (!checkpoint.note.startsWith(data.note)) throw new Wrong("the bundle holds another note for the checkpoint recorded here", here);
      this.sealed.add(here);
    }
    if (told.type === "CheckpointCosigned" && !this.ofSize.get(data.size)?.witnesses.includes(data.witness)) {
      throw new Wrong("the cosignature recorded here is not in the bundle", here);
    }
  }
  requireAll(checkpoints, withheld) {
    const size = this.here;
    const last = checkpoints[checkpoints.length - 1];
    if (size !== last.size) throw new Wrong(`${last.size} events were sealed, ${size} are here`, size + 1);
    const facts = [...this.keys.facts].filter(([at]) => at <= size).sort((one, two) => one[0] - two[0]);
    if (JSON.stringify(facts) !== JSON.stringify([...this.sealing])) throw new Wrong("keys.json does not list the keys that the events tell of");
    for (const each of checkpoints) {
      if (each.position <= size && !this.sealed.has(each.position)) throw new Wrong("no event tells of this checkpoint", each.position);
    }
    if (this.skipped > this.hidden.length) throw new Wrong("more stream versions are missing than events were left out");
    const gone = this.lacking - number(withheld.values_not_on_record, "values_not_on_record", 0);
    if (withheld.events_left_out !== this.hidden.length || withheld.values_left_out !== gone) {
      throw new Wrong(`withheld.json tells of ${withheld.events_left_out} events and ${withheld.values_left_out} values left out; it is ` +
        `${this.hidden.length} and ${gone}`);
    }
  }
}

// Gives the personal values event by event; both files are in the order of the positions.
class Values {
  static async of(lines) {
    const values = new Values();
    values.lines = lines;
    values.next = (await lines.next()).value;
    return values;
  }
  async take(position) {
    const found = [];
    while (this.next?.position === position) { found.push(this.next); this.next = (await this.lines.next()).value; }
    return found;
  }
}

// Returns what a bundle shows; throws Wrong or Refused. `open` maps names to functions that give the bytes.
export async function verify(open, { keys: given = [], witnesses = [], progress = () => {} } = {}) {
  const files = await Files.of(open);
  const keys = await readKeys(parse(await files.whole("keys.json"), "keys.json"));
  const [origin, checkpoints] = [shaped(files.manifest.origin, "string", "the origin"), []];
  for await (const row of files.lines("checkpoints.jsonl")) checkpoints.push(await readCheckpoint(row, keys, origin, checkpoints.at(-1)));
  const last = checkpoints.at(-1);
  if (!last) throw new Refused("checkpoints.jsonl holds no checkpoint");
  if (!same(await files.whole("last.checkpoint"), utf8.encode(last.note))) throw new Wrong("last.checkpoint is not the last checkpoint");
  const walk = new Walk(shaped(files.manifest.district, "string", "the district"), keys, checkpoints);
  const values = await Values.of(files.lines("personal.jsonl"));
  for await (const lines of files.batches("events.jsonl")) {
    for (const line of lines) walk.take(line, values.next?.position === walk.here + 1 ? await values.take(walk.here + 1) : []);
    await progress(walk.here, last.size);
  }
  await progress(walk.here, last.size);
  walk.requireAll(checkpoints, parse(await files.whole("withheld.json"), "withheld.json"));
  if (values.next) throw new Wrong(`personal.jsonl has a value of position ${String(values.next.position).slice(0, 20)}, out of place`);
  for (const name of files.told.keys()) if (!name.endsWith(".jsonl")) await files.whole(name);
  const trusted = new Set((await Promise.all(given.map(readKey))).map((key) => key.vkey));
  if (trusted.size && !keys.leadsFrom(trusted, last.key)) throw new Wrong("the key that signed the last checkpoint is none of those given");
  for (const vkey of witnesses) if (!last.witnesses.includes(vkey)) throw new Wrong(`the last checkpoint bears no cosignature of the witness ${vkey}`);
  const simulated = origin.endsWith("/simulated");
  if (simulated !== (files.manifest.clock === "simulated")) throw new Wrong("the manifest and the log's name differ on whether the clock is simulated");
  return {
    district: files.manifest.district, origin, events: walk.here, events_left_out: walk.hidden.length, values_not_shown: walk.lacking,
    checkpoints: checkpoints.length, root: hex(last.root),
    recorded_until: walk.time === null ? null : new Date(Math.floor(walk.time / 1000)).toISOString(),
    witnesses: last.witnesses, simulated, signed_by: trusted.size ? last.key.vkey : null,
  };
}

export function inWords(found) {
  return [
    `All ${found.events} events of ${found.district} up to the last checkpoint are here, unchanged, recorded until ${found.recorded_until}.`,
    `${found.events_left_out} of them were left out: only their hashes are here. ${found.values_not_shown} personal values are not shown.`,
    `${found.checkpoints} checkpoints of ${found.origin} continue each other.`,
    ...found.witnesses.map((each) => `The witness ${each} cosigned the last.`),
    found.signed_by ? `Signed by ${found.signed_by}.` : "NOT SHOWN: who signed. Anybody could make such a bundle; get the log's vkey from the " +
      "district by another way and give it.",
    "This shows that the records were not changed since they were sealed. It does not show that they were true when they were entered.",
    ...(found.simulated ? ["The log keeps a simulated clock: its recording times were supplied, not observed; it is a reconstruction or a trial."] : []),
  ];
}

async function main() {
  const [{ readdirSync, lstatSync, readFileSync }, path, { fileURLToPath }] = await Promise.all(
    [import("node:fs"), import("node:path"), import("node:url")]);
  const [words, given] = [process.argv.slice(2), { key: [], witness: [], json: false, place: path.dirname(fileURLToPath(import.meta.url)) }];
  while (words.length) {
    const word = words.shift();
    if (word === "--json") given.json = true;
    else if (word === "--key" || word === "--witness") given[word.slice(2)].push(words.shift() ?? "");
    else given.place = word;
  }
  let [code, found] = [0, {}];
  try {
    let open = new Map();
    const plain = (place) => {
      const stat = lstatSync(place);
      if (!stat.isFile()) throw new Refused(`"${path.basename(place)}" is no plain file: a bundle holds nothing else`);
      return stat.size;
    };
    if (lstatSync(given.place).isDirectory()) {
      for (const name of readdirSync(given.place)) {
        requireAllowed(name, plain(path.join(given.place, name)));
        open.set(name, async () => new Uint8Array(readFileSync(path.join(given.place, name))));
      }
    } else {
      if (plain(given.place) > LARGEST_FILE) throw new Refused("the zip file is too large");
      open = openZip(new Uint8Array(readFileSync(given.place)));
    }
    const progress = (at, of) => { if (!given.json && at && at % 20000 === 0) process.stderr.write(`${at} of ${of} events\n`); };
    found = await verify(open, { keys: given.key, witnesses: given.witness, progress });
    code = found.signed_by ? 0 : 3;
  } catch (error) {
    code = error instanceof Wrong ? 1 : 2;
    found = code === 1 ? { wrong: error.message, position: error.position } : { refused: error.message };
  }
  if (given.json) process.stdout.write(`${JSON.stringify(found, null, 1)}\n`);
  else if ("events" in found) process.stdout.write(`${inWords(found).join("\n")}\n`);
  else process.stderr.write(`${code === 1 ? "WRONG" : "REFUSED"}: ${found.wrong ?? found.refused}\n`);
  process.exitCode = code;
}
if (typeof process !== "undefined" && process.versions?.node && process.argv[1]?.endsWith("verify.mjs")) await main();
