// A log of another maker, written from RFC 9162 and the C2SP texts on Node's own cryptography; shares nothing with the product.
// Reads {leaves: [base64], sizes: [n], name, witness, time}; prints its vkeys, and for each size a checkpoint with a cosignature,
// inclusion proofs of all leaves, and consistency proofs from all smaller sizes.
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const base64 = (bytes) => bytes.toString("base64");
const given = JSON.parse(readFileSync(0, "utf8"));
const leaves = given.leaves.map((each) => Buffer.from(each, "base64"));

// MTH, PATH and SUBPROOF as RFC 9162 (2.1.1, 2.1.3.1, 2.1.4.1) defines them; slices with their hashes remembered by place.
const known = new Map();
const split = (count) => { let power = 1; while (power * 2 < count) power *= 2; return power; };
function root(first, end) {
  if (end === first) return sha256();
  if (end - first === 1) return leaves[first];
  const place = `${first} ${end}`;
  if (!known.has(place)) {
    const middle = first + split(end - first);
    known.set(place, sha256(Buffer.from([1]), root(first, middle), root(middle, end)));
  }
  return known.get(place);
}
function path(index, first, end) {
  if (end - first === 1) return [];
  const middle = first + split(end - first);
  return index < middle ? [...path(index, first, middle), root(middle, end)] : [...path(index, middle, end), root(first, middle)];
}
function subproof(old, first, end, whole) {
  if (old === end) return whole ? [] : [root(first, end)];
  const middle = first + split(end - first);
  return old <= middle ? [...subproof(old, first, middle, whole), root(middle, end)]
    : [...subproof(old, middle, end, false), root(first, middle)];
}

function signer(name, kind) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const told = Buffer.concat([Buffer.from([kind]), publicKey.export({ format: "der", type: "spki" }).subarray(-32)]);
  const id = sha256(name, "\n", told).subarray(0, 4);
  const line = (message, before = Buffer.alloc(0)) =>
    `\u2014 ${name} ${base64(Buffer.concat([id, before, sign(null, Buffer.from(message), privateKey)]))}\n`;
  return { vkey: `${name}+${id.toString("hex")}+${base64(told)}`, line };
}
const [log, witness] = [signer(given.name, 1), signer(given.witness, 4)];
const time = Buffer.alloc(8);
time.writeBigUInt64BE(BigInt(given.time));

const checkpoints = given.sizes.map((size) => {
  const text = `${given.name}\n${size}\n${base64(root(0, size))}\n`;
  const note = `${text}\n${log.line(text)}${witness.line(`cosignature/v1\ntime ${given.time}\n${text}`, time)}`;
  const inclusion = Array.from({ length: size }, (_, index) => path(index, 0, size).map(base64));
  const consistency = Array.from({ length: size - 1 }, (_, old) => subproof(old + 1, 0, size, true).map(base64));
  return { size, note, inclusion, consistency };
});
process.stdout.write(JSON.stringify({ vkey: log.vkey, witness: witness.vkey, checkpoints }));
