/**
 * Brings the programs that others wrote: Debian packages where the script may
 * install them, and Python packages in an environment of their own.
 */

import { run } from "./process.ts";
import { print } from "./report.ts";

/** Programs are not there and this script may not install them: says which. */
export class ProgramsMissing extends Error {
  override readonly name = "ProgramsMissing";
}

/** What shows that a Debian package is there, where no program has its name: another program, or a path. */
const DEBIAN_SIGNS: Readonly<Record<string, string>> = {
  davfs2: "mount.davfs",
  dbus: "dbus-run-session",
  gvfs: "/usr/libexec/gvfsd",
  "gvfs-backends": "/usr/libexec/gvfsd-dav",
  "libglib2.0-bin": "gio",
  "libreoffice-writer-nogui": "soffice",
  "python3-uno": "/usr/lib/python3/dist-packages/uno.py",
};

/** Where downloaded things stay between runs: an ignored folder of the project. */
const CACHE = new URL("../../.venv/", import.meta.url).pathname;

/**
 * Makes sure that the programs of these Debian packages are there. Throws,
 * naming all that is missing, where they are not and cannot be installed.
 */
export async function requireDebian(
  packages: readonly string[],
): Promise<void> {
  const missing: string[] = [];
  for (const name of packages) {
    if (!await isThere(DEBIAN_SIGNS[name] ?? name)) missing.push(name);
  }
  if (missing.length === 0) return;
  await aptInstall(missing);
}

/**
 * Makes the Python environment where it is not there yet, with exactly the
 * packages of requirements.txt, and answers the folder of its programs.
 */
export async function requirePython(): Promise<string> {
  const wanted = await Deno.readTextFile(
    new URL("requirements.txt", import.meta.url),
  );
  const folder = `${await cacheFolder()}/interop`;
  const stamp = `${folder}/requirements.done`;
  if (await readOrEmpty(stamp) === wanted) return `${folder}/bin`;

  print("Installing the Python programs of tests/interop/requirements.txt");
  await removeIfThere(folder);
  await makeEnvironment(folder);
  const requirements = `${folder}/requirements.txt`;
  await Deno.writeTextFile(requirements, wanted);
  await run([
    `${folder}/bin/python`,
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check"],
    ...["--no-deps", "--requirement", requirements],
  ], { home: folder, env: pipEnvironment(), seconds: 300 });
  // Written last: an interrupted installation is made anew.
  await Deno.writeTextFile(stamp, wanted);
  return `${folder}/bin`;
}

async function makeEnvironment(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const command = ["python3", "-m", "venv", folder];
  const options = { home: folder, codes: [0, 1, 127] };
  if (!await isOnPath("python3")) {
    await aptInstall(["python3", "python3-venv"]);
  }
  const first = await run(command, options);
  if (first.code === 0) return;
  // Debian's python3 has no ensurepip without this package.
  await aptInstall(["python3-venv"]);
  await run(command, { home: folder });
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const names = packages.join(" ");
  const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
  if (!isRoot || !await isOnPath("apt-get")) {
    throw new ProgramsMissing(
      `These Debian packages are needed and not installed: ${names}.\n` +
        `Install them (sudo apt-get install ${names}) and run this again.`,
    );
  }
  print(`Installing the Debian packages ${names}`);
  const options = {
    home: Deno.env.get("HOME") ?? "/root",
    cwd: "/",
    env: { ...proxyEnvironment(), DEBIAN_FRONTEND: "noninteractive" },
    seconds: 900,
  };
  await run(["apt-get", "-q", "update"], { ...options, codes: [0, 100] });
  await run([
    ...["apt-get", "-q", "install", "-y", "--no-install-recommends"],
    ...packages,
  ], options);
}

async function isThere(sign: string): Promise<boolean> {
  return sign.startsWith("/") ? await isFile(sign) : await isOnPath(sign);
}

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    if (await isFile(`${folder}/${program}`)) return true;
  }
  return false;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    // Not there, or not for us to see.
    return false;
  }
}

/** The project's ignored folder, or one of the system where that is read-only. */
async function cacheFolder(): Promise<string> {
  try {
    await Deno.mkdir(CACHE, { recursive: true });
    return CACHE.replace(/\/$/, "");
  } catch {
    return await Deno.makeTempDir({ prefix: "kalends-interop-tools-" });
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return "";
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** How the machine reaches package registries is the machine's to say. */
function pipEnvironment(): Record<string, string> {
  const env = proxyEnvironment();
  const home = Deno.env.get("HOME");
  for (const [name, value] of Object.entries(Deno.env.toObject())) {
    if (name.startsWith("PIP_")) env[name] = value;
  }
  // pip's own configuration and cache of wheels lie there.
  if (home !== undefined) {
    env["HOME"] = home;
    env["XDG_CONFIG_HOME"] = Deno.env.get("XDG_CONFIG_HOME") ??
      `${home}/.config`;
    env["XDG_CACHE_HOME"] = Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`;
  }
  return env;
}

function proxyEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(Deno.env.toObject())) {
    if (/^(https?_proxy|no_proxy|all_proxy|ssl_cert_\w+)$/i.test(name)) {
      env[name] = value;
    }
  }
  return env;
}
