// Proofs and signatures checked by another language and another library, by the recursive definitions of
// RFC 9162 and by the texts of C2SP; shares nothing with the product. Reads cases as JSON, prints verdicts as JSON.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const node = (left, right) => sha256(Buffer.from([1]), left, right);
const split = (count) => { let power = 1; while (power * 2 < count) power *= 2; return power; };
const bytes = (text) => Buffer.from(text, "base64");

function rootFrom(leaf, index, size, path) {
  if (size === 1) { if (path.length) throw new Error("too long"); return leaf; }
  if (!path.length) throw new Error("too short");
  const [rest, last, middle] = [path.slice(0, -1), path.at(-1), split(size)];
  return index < middle
    ? node(rootFrom(leaf, index, middle, rest), last)
    : node(last, rootFrom(leaf, index - middle, size - middle, rest));
}

function bothRoots(old, size, path, known, oldRoot) {
  if (old === size) {
    if (path.length !== (known ? 0 : 1)) throw new Error("wrong length");
    return known ? [oldRoot, oldRoot] : [path[0], path[0]];
  }
  if (!path.length) throw new Error("too short");
  const [rest, last, middle] = [path.slice(0, -1), path.at(-1), split(size)];
  if (old <= middle) {
    const [before, after] = bothRoots(old, middle, rest, known, oldRoot);
    return [before, node(after, last)];
  }
  const [before, after] = bothRoots(old - middle, size - middle, rest, false, oldRoot);
  return [node(last, before), node(last, after)];
}

function ed25519(text, signature, publicKey) {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), publicKey]);
  return verify(null, Buffer.from(text), createPublicKey({ key: der, format: "der", type: "spki" }), signature);
}

function signed(note, vkey) {
  const [name, keyId, encoded] = vkey.split("+").length === 3 ? vkey.split("+")
    : [vkey.split("+")[0], vkey.split("+")[1], vkey.split("+").slice(2).join("+")];
  const [kind, key] = [bytes(encoded)[0], bytes(encoded).subarray(1)];
  const expected = sha256(name + "\n", Buffer.from([kind]), key).subarray(0, 4);
  if (expected.toString("hex") !== keyId) return false;
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split("\n").filter(Boolean).map((line) => line.slice(2).split(" "));
  return lines.some(([who, told]) => {
    const made = bytes(told);
    if (who !== name || !made.subarray(0, 4).equals(expected)) return false;
    if (kind === 1) return ed25519(text, made.subarray(4), key);
    const time = made.readBigUInt64BE(4);
    return ed25519(`cosignature/v1\ntime ${time}\n${text}`, made.subarray(12), key);
  });
}

function leafOf(event) {
  const sized = (text) => { const told = Buffer.from(text); const size = Buffer.alloc(4); size.writeInt32BE(told.length); return Buffer.concat([size, told]); };
  const number = (value) => { const told = Buffer.alloc(8); told.writeBigInt64BE(BigInt(value)); return told; };
  return sha256(Buffer.from([0]), "cot-flows/leaf/v1", sized(event.district), number(event.position),
    sized(event.stream), number(event.stream_version), number(event.recorded_at), sha256(event.content));
}

function proofFile(text, vkey) {
  const cut = text.indexOf("\n\n");
  const [tag, extra, index, ...path] = text.slice(0, cut).split("\n");
  const note = text.slice(cut + 2);
  const [, size, root] = note.split("\n");
  const event = JSON.parse(bytes(extra.slice(6)).toString());
  const found = rootFrom(leafOf(event), Number(index.slice(6)), Number(size), path.map(bytes));
  return tag === "c2sp.org/tlog-proof@v1" && found.equals(bytes(root)) && signed(note, vkey);
}

const checks = {
  inclusion: (c) => rootFrom(bytes(c.leaf), c.index, c.size, c.proof.map(bytes)).equals(bytes(c.root)),
  consistency: (c) => {
    const [before, after] = bothRoots(c.old, c.size, c.proof.map(bytes), true, bytes(c.oldRoot));
    return before.equals(bytes(c.oldRoot)) && after.equals(bytes(c.root));
  },
  note: (c) => signed(c.note, c.vkey),
  proof: (c) => proofFile(c.text, c.vkey),
};
const verdicts = JSON.parse(readFileSync(0, "utf8")).map((each) => {
  try { return checks[each.what](each); } catch { return false; }
});
process.stdout.write(JSON.stringify(verdicts));
