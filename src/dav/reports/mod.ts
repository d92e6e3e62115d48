/**
 * The table of reports, and REPORT (RFC 3253 section 3.6).
 *
 * @module
 */

import { isElement } from "../../xml/names.ts";
import type { Reader, Resource } from "../../service/types.ts";
import { requireResource } from "../authorise.ts";
import type { DavContext, Report } from "../context.ts";
import { DavError } from "../errors.ts";
import { ADDRESSBOOK_QUERY } from "./addressbook_query.ts";
import { CALENDAR_QUERY } from "./calendar_query.ts";
import { EXPAND_PROPERTY } from "./expand_property.ts";
import { FREE_BUSY_QUERY } from "./free_busy_query.ts";
import { MULTIGET_REPORTS } from "./multiget.ts";
import { PRINCIPAL_REPORTS } from "./principals.ts";
import { SYNC_COLLECTION } from "./sync_collection.ts";

/** All rows. */
export const REPORTS: readonly Report[] = [
  SYNC_COLLECTION,
  CALENDAR_QUERY,
  ADDRESSBOOK_QUERY,
  ...MULTIGET_REPORTS,
  FREE_BUSY_QUERY,
  EXPAND_PROPERTY,
  ...PRINCIPAL_REPORTS,
];

/** Handles REPORT. */
export async function report(context: DavContext): Promise<Response> {
  const body = await context.xml();
  if (body === undefined) {
    throw new DavError("bad-request", "A REPORT needs a body");
  }
  const { service, session, tables } = context;
  const row = tables.reports.find((one) => isElement(body, ...one.name));
  const { kind } = await service.read(
    session,
    (reader) => requireReportable(reader, context, row),
  );
  if (row === undefined || !row.on.includes(kind)) {
    throw new DavError(
      "dav:supported-report",
      `This resource has no report ${body.name.slice(0, 60)}`,
    );
  }
  return row.run(context, body);
}

/**
 * What a report is asked of, for who has the privilege of its row.
 *
 * @throws {DavError} as of `requireResource`; `not-found` instead of a privilege that may be all that somebody has (RFC 4791 section 7.10).
 */
function requireReportable(
  reader: Reader,
  { target, config }: DavContext,
  row: Report | undefined,
): Resource {
  const { path } = target;
  if (row?.privilege === undefined) {
    return requireResource(reader, { path, privilege: "dav:read" }, config);
  }
  const found = reader.authorise(path, row.privilege);
  if (found.ok) return found.value;
  throw new DavError("not-found", "There is nothing at this URL");
}
