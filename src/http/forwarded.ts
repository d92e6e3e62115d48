/**
 * The client's address behind a proxy.
 *
 * @module
 */

/**
 * The address that a request came from. With `trustProxy` it is the last one
 * in X-Forwarded-For: the one that our proxy has seen. Those before it are
 * the client's own words. X-Forwarded-Proto is not read: no answer depends on
 * it, since every href and every Location is a path.
 */
export function clientAddress(
  headers: Headers,
  remoteAddress: string,
  options: { readonly trustProxy: boolean },
): string {
  if (!options.trustProxy) return remoteAddress;
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  const bare = last.replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
  return /^[0-9a-f.:]{2,45}$/i.test(bare) ? bare.toLowerCase() : remoteAddress;
}
