/**
 * Everything that somebody may ask about places: methods and reports, and
 * tries to change what is not theirs.
 *
 * @module
 */

/** A request. */
export interface AnyRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const NAMESPACES =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:R="urn:ietf:params:xml:ns:carddav" xmlns:S="http://calendarserver.org/ns/"';

const PROPS =
  "<D:prop><D:getetag/><D:displayname/><D:resourcetype/><D:getcontentlength/><D:getlastmodified/><D:creationdate/><D:sync-token/><S:getctag/><D:lockdiscovery/><D:quota-used-bytes/><D:owner/><D:acl/><D:inherited-acl-set/><D:current-user-privilege-set/></D:prop>";

const ALL_DATA =
  "<D:prop><D:getetag/><D:getcontentlength/><C:calendar-data/><R:address-data/></D:prop>";

function xml(
  method: string,
  path: string,
  body: string,
  depth = "0",
): AnyRequest {
  const root = body.replace(/^<([\w:-]+)/, `<$1 ${NAMESPACES}`);
  const headers = { depth, "content-type": "application/xml; charset=utf-8" };
  return { method, path, headers, body: root };
}

function plain(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): AnyRequest {
  return { method, path, headers };
}

/** Requests that only look at a collection. */
export function looksAt(
  path: string,
  hrefs: readonly string[],
): AnyRequest[] {
  const list = hrefs.map((href) => `<D:href>${href}</D:href>`).join("");
  const range =
    '<C:time-range start="19700101T000000Z" end="20500101T000000Z"/>';
  return [
    plain("GET", path),
    plain("HEAD", path),
    plain("OPTIONS", path),
    xml("PROPFIND", path, `<D:propfind>${PROPS}</D:propfind>`, "1"),
    xml("PROPFIND", path, "<D:propfind><D:allprop/></D:propfind>", "1"),
    xml("PROPFIND", path, "<D:propfind><D:propname/></D:propfind>", "1"),
    xml(
      "REPORT",
      path,
      "<D:sync-collection><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/><C:calendar-data/></D:prop></D:sync-collection>",
    ),
    xml(
      "REPORT",
      path,
      `<C:calendar-query>${ALL_DATA}<C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>`,
      "1",
    ),
    xml(
      "REPORT",
      path,
      `<C:calendar-query><D:prop><D:getetag/><C:calendar-data><C:expand start="20260101T000000Z" end="20270101T000000Z"/></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${range}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`,
      "infinity",
    ),
    xml(
      "REPORT",
      path,
      `<R:addressbook-query>${ALL_DATA}<R:filter/></R:addressbook-query>`,
      "1",
    ),
    xml(
      "REPORT",
      path,
      `<C:calendar-multiget>${ALL_DATA}${list}</C:calendar-multiget>`,
    ),
    xml(
      "REPORT",
      path,
      `<R:addressbook-multiget>${ALL_DATA}${list}</R:addressbook-multiget>`,
    ),
    xml(
      "REPORT",
      path,
      `<C:free-busy-query>${range}</C:free-busy-query>`,
      "infinity",
    ),
    xml(
      "REPORT",
      path,
      '<D:expand-property><D:property name="owner"><D:property name="displayname"/></D:property></D:expand-property>',
    ),
    xml(
      "REPORT",
      path,
      `<D:acl-principal-prop-set><D:prop><D:displayname/></D:prop></D:acl-principal-prop-set>`,
    ),
    xml(
      "REPORT",
      path,
      `<D:principal-match><D:principal-property><D:owner/></D:principal-property>${PROPS}</D:principal-match>`,
    ),
    xml("PROPPATCH", path, "<D:propertyupdate/>"),
  ];
}

/** Requests about one object; those that change something are made to fail, but for who may. */
export function asksAbout(path: string): AnyRequest[] {
  const never = { "if-match": '"never"' };
  return [
    plain("GET", path),
    plain("HEAD", path),
    xml("PROPFIND", path, `<D:propfind>${PROPS}</D:propfind>`),
    plain("DELETE", path, never),
    plain("GET", path, { "if-none-match": "*" }),
    {
      method: "PUT",
      path,
      headers: { ...never, "content-type": "text/calendar" },
      body: "x",
    },
    plain("COPY", path, { ...never, destination: "/files/ann/copy" }),
    plain("MOVE", path, { ...never, destination: "/files/ann/move" }),
    xml(
      "REPORT",
      path,
      `<D:expand-property><D:property name="owner"/></D:expand-property>`,
    ),
  ];
}

/** A PUT whose UID may be taken by something that is not to be told of. */
export function putWithUid(path: string, uid: string): AnyRequest {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//EN",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260101T000000Z",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ];
  return {
    method: "PUT",
    path,
    headers: { "content-type": "text/calendar" },
    body: lines.join("\r\n"),
  };
}
