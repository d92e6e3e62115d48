/**
 * What GET answers where there is nothing to download: a greeting at the root,
 * links to the members of a folder, a note everywhere else. Plain HTML without
 * scripts; the page for people comes from elsewhere.
 *
 * @module
 */

/** A member of a folder. */
export interface ListingEntry {
  /** Its href. */
  readonly href: string;
  /** Its name. */
  readonly name: string;
}

const STYLE =
  "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}";

/** Text in HTML, also inside of attribute values with quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** A page; `entries` null for a place that is not listed. */
export function writeListing(
  page: {
    readonly title: string;
    readonly note: string;
    readonly entries: readonly ListingEntry[];
  },
): string {
  const items = page.entries.map(({ href, name }) =>
    `<li><a href="${escapeHtml(href)}">${escapeHtml(name)}</a></li>\n`
  ).join("");
  const title = escapeHtml(page.title);
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
<body>
<h1>${title}</h1>
<p>${escapeHtml(page.note)}</p>
${items === "" ? "" : `<ul>\n${items}</ul>\n`}</body>
</html>
`;
}
