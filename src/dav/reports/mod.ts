/**
 * The table of reports, and REPORT (RFC 3253 section 3.6).
 *
 * @module
 */

import { isElement } from "../../xml/names.ts";
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
  const { service, session, target, config, tables } = context;
  const { kind } = await service.read(
    session,
    (reader) =>
      requireResource(
        reader,
        { path: target.path, privilege: "dav:read" },
        config,
      ),
  );
  const row = tables.reports.find((one) => isElement(body, ...one.name));
  if (row === undefined || !row.on.includes(kind)) {
    throw new DavError(
      "dav:supported-report",
      `This resource has no report ${body.name.slice(0, 60)}`,
    );
  }
  return row.run(context, body);
}
