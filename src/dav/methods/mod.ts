/**
 * The method table: the one place that says which methods there are, where
 * they can be used, what body they take and which privilege they need (RFC 3744
 * Appendix B). `Allow`, the `DAV` header and the checks before each handler are
 * computed from it.
 *
 * @module
 */

import type { ResourceKind } from "../../service/types.ts";
import type { Method } from "../context.ts";
import { EVERYWHERE, OBJECTS, STORED } from "../properties/values.ts";
import { report } from "../reports/mod.ts";
import { acl } from "./acl.ts";
import { copy, move } from "./copy_move.ts";
import { deleteResource } from "./delete.ts";
import { get } from "./get.ts";
import { mkcalendar, mkcol } from "./mkcol.ts";
import { lock, unlock } from "./lock.ts";
import { options } from "./options.ts";
import { propfind } from "./propfind.ts";
import { proppatch } from "./proppatch.ts";
import { put } from "./put.ts";

/** What can be made, and so be deleted, copied and moved: not the roots of trees. */
const MADE: readonly ResourceKind[] = [
  "calendar",
  "addressbook",
  "folder",
  ...OBJECTS,
];

/** All methods. */
export const METHODS: readonly Method[] = [
  {
    name: "OPTIONS",
    on: EVERYWHERE,
    body: "none",
    privilege: { target: "dav:read", parent: null },
    anonymous: true,
    handler: options,
  },
  {
    name: "GET",
    on: EVERYWHERE,
    body: "none",
    privilege: { target: "dav:read", parent: null },
    conditional: true,
    anonymous: true,
    handler: get,
  },
  {
    name: "HEAD",
    on: EVERYWHERE,
    body: "none",
    privilege: { target: "dav:read", parent: null },
    conditional: true,
    anonymous: true,
    handler: get,
  },
  {
    name: "PUT",
    on: [...OBJECTS, "unmapped"],
    body: "object",
    privilege: { target: "dav:write-content", parent: "dav:bind" },
    conditional: true,
    handler: put,
  },
  {
    name: "DELETE",
    on: MADE,
    body: "none",
    privilege: { target: null, parent: "dav:unbind" },
    conditional: true,
    handler: deleteResource,
  },
  {
    name: "PROPFIND",
    on: EVERYWHERE,
    body: "xml",
    privilege: { target: "dav:read", parent: null },
    anonymous: true,
    handler: propfind,
  },
  {
    // RFC 3253 section 3.6; each report says where it can be used
    name: "REPORT",
    on: EVERYWHERE,
    body: "xml",
    privilege: "report",
    anonymous: true,
    handler: report,
  },
  {
    name: "PROPPATCH",
    on: EVERYWHERE,
    body: "xml",
    privilege: { target: "dav:write-properties", parent: null },
    conditional: true,
    handler: proppatch,
  },
  {
    // Of principals and what the layout of URLs makes, access is the same for all.
    name: "ACL",
    on: STORED,
    body: "xml",
    privilege: { target: "dav:write-acl", parent: null },
    conditional: true,
    handler: acl,
  },
  {
    name: "MKCOL",
    on: ["unmapped"],
    body: "xml",
    privilege: { target: null, parent: "dav:bind" },
    conditional: true,
    handler: mkcol,
  },
  {
    name: "MKCALENDAR",
    on: ["unmapped"],
    body: "xml",
    privilege: { target: null, parent: "dav:bind" },
    conditional: true,
    handler: mkcalendar,
  },
  {
    // RFC 3744 Appendix B; what is not there yet is made (RFC 4918 section 7.3)
    name: "LOCK",
    on: [...STORED, "unmapped"],
    body: "xml",
    privilege: { target: "dav:write-content", parent: "dav:bind" },
    conditional: true,
    handler: lock,
  },
  {
    // RFC 3744 section 3.5: whose lock it is decides whether dav:unlock is needed.
    name: "UNLOCK",
    on: STORED,
    body: "none",
    privilege: "lock",
    conditional: true,
    handler: unlock,
  },
  {
    // At the destination the service asks for what RFC 3744 Appendix B names.
    name: "COPY",
    on: MADE,
    body: "none",
    privilege: { target: "dav:read", parent: null },
    conditional: true,
    handler: copy,
  },
  {
    name: "MOVE",
    on: MADE,
    body: "none",
    privilege: { target: null, parent: "dav:unbind" },
    conditional: true,
    handler: move,
  },
];
