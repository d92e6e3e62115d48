/** What each client's session is given. */

import type { Recorder } from "./report.ts";

/** A name and password that the server accepts. */
export interface Account {
  /** Sign-in name. */
  readonly name: string;
  /** Password in clear text: both live as long as the run. */
  readonly password: string;
}

/** The server under test, and where it keeps what. */
export interface Target {
  /** What a user types into a program: the root URL, with a slash at its end. */
  readonly root: string;
  /** URL of the user's calendar home, with a slash at its end. */
  calendars(user: string): string;
  /** URL of the user's address-book home, with a slash at its end. */
  addressbooks(user: string): string;
  /** URL of the user's plain WebDAV tree, with a slash at its end. */
  files(user: string): string;
  /** Runs a command of the server while it runs; answers what it prints, throws where it fails. */
  kalends(...args: readonly string[]): Promise<string>;
  /** Stops the server and starts it again on the same data and port. */
  restart(): Promise<void>;
}

/** Everything that a session may use. */
export interface Session {
  /** The server. */
  readonly target: Target;
  /** Accounts of this client alone, as many as its row asks for. */
  readonly accounts: readonly Account[];
  /** The first of them. */
  readonly account: Account;
  /** An empty folder of this client alone; its HOME too. */
  readonly home: string;
  /** Folder of the programs installed with pip. */
  readonly bin: string;
  /** Where to record what was done. */
  readonly steps: Recorder;
}

/** One client that others wrote: a row of the table in clients.ts. */
export interface Client {
  /** Short name, also the word that selects it on the command line. */
  readonly name: string;
  /** Debian packages that it needs. */
  readonly debian: readonly string[];
  /** Whether it needs the Python environment. */
  readonly python: boolean;
  /** Sign-in names; the suite makes an account for each. */
  readonly users: readonly [string, ...string[]];
  /** Only by `interop:all`. */
  readonly heavy?: boolean;
  /** The whole normal job of the client. */
  run(session: Session): Promise<void>;
}
