/**
 * Entity tags: `"<epoch>-<stamp>"`, where the stamp is the versionstamp of the
 * last change of the content. So a tag changes when and only when the bytes
 * do, and never returns after a backup has been restored.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { BodyRecord, EntryRecord } from "../store/records.ts";
import type { Row } from "../store/view.ts";

/** Versionstamp of the last change of the content, null while its commit is pending. */
export function contentStamp(
  row: Row<EntryRecord> | Row<BodyRecord>,
): string | null {
  return row.value.stamp ?? row.stamp;
}

/** The strong entity tag of a content, with its quotes. */
export function makeEtag(epoch: string, stamp: string): string {
  return `"${epoch}-${stamp}"`;
}

/**
 * Whether a tag that a client sent means ours. Tags that a proxy has made weak
 * or has given a `-gzip` suffix are taken for ours: our tags name bytes, and
 * whoever sends such a tag has seen them.
 */
export function matchesEtag(sent: string, etag: string): boolean {
  if (sent === etag) return true;
  const tag = sent.trim().replace(/^W\//, "").replace(/-gzip"$/, '"');
  return tag === etag;
}

/**
 * The entity tag of an object with other time zones than it was stored with:
 * other bytes have another tag (RFC 9110 section 8.8.1). `tag` stands for what
 * was done, 16 hexadecimal digits.
 */
export function zonesEtag(etag: string, tag: string): string {
  return etag.replace(/"$/, `-tz${tag}"`);
}

/** Whether a tag that a client sent means ours, or ours with other time zones: who has seen those has seen what is stored. */
export function namesContent(sent: string, etag: string): boolean {
  return matchesEtag(sent, etag) ||
    matchesEtag(sent.replace(/-tz[0-9a-f]{16}(?=(?:-gzip)?"$)/, ""), etag);
}

/** The entity tag of what stands for an object where only its times are shown: it does not tell the object's own. */
export function maskEtag(etag: string): string {
  const digest = createHash("sha256").update(`busy ${etag}`).digest("hex");
  return `"${digest.slice(0, 32)}"`;
}
