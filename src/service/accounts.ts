/**
 * Accounts: who may sign in, and with what. Every change of an account touches
 * the principals' tree, so it holds from the next operation on.
 *
 * @module
 */

import { loginKey, userKey, USERS } from "../store/keys.ts";
import type { UserRecord } from "../store/records.ts";
import type { Store, Transaction } from "../store/view.ts";
import { giveUpTrees, makeTrees, planTrees, treeIds } from "./account_trees.ts";
import { foldLogin, parseEmails, parseLogin } from "./login_names.ts";
import { dropLinks } from "./memberships.ts";
import {
  createPasswords,
  MAX_PASSWORD_BYTES,
  passwordBytes,
} from "./passwords.ts";
import type { Passwords } from "./passwords.ts";
import { EVERYBODY_NAMES } from "./principal_names.ts";
import { refuse, succeed } from "./problems.ts";
import type { Outcome } from "./problems.ts";
import { createSignIn, findUser } from "./sign_in.ts";
import type { SignIn } from "./sign_in.ts";

/** A new account. */
export interface NewUser {
  /** Sign-in name; folded to one form. */
  readonly login: string;
  /** The password as text. */
  readonly password: string;
  /** Name as shown to people; the sign-in name when absent. */
  readonly displayName?: string;
  /** Mail addresses. */
  readonly emails?: readonly string[];
}

/** Accounts as the protocol and the command line use them. Every call may throw StoreBusy. */
export interface Accounts {
  /** Checks credentials. */
  readonly authenticate: SignIn;
  /** Makes an account with its first collections; with `first` only where there is none at all. */
  addUser(
    user: NewUser,
    options?: { readonly first?: boolean },
  ): Promise<Outcome<UserRecord>>;
  /** All accounts in the order of their sign-in names. */
  listUsers(): Promise<readonly UserRecord[]>;
  /** Changes a password, which ends what is signed in with the old one. */
  setPassword(login: string, password: string): Promise<Outcome<UserRecord>>;
  /** Replaces all mail addresses. */
  setEmails(
    login: string,
    emails: readonly string[],
  ): Promise<Outcome<UserRecord>>;
  /** Deletes an account with its place in all groups; everything it holds goes in the background. */
  deleteUser(login: string): Promise<Outcome<UserRecord>>;
}

/** Fewer characters are guessed too soon. */
const MIN_PASSWORD_CHARACTERS = 8;

/** Accounts over a store; `clock` gives epoch milliseconds. */
export function createAccounts(
  options: {
    readonly store: Store;
    readonly clock: () => number;
    readonly passwords?: Passwords;
    /** Called when there is work for background jobs. */
    readonly jobsAdded?: () => void;
  },
): Accounts {
  const { store, clock, passwords = createPasswords() } = options;
  const authenticate = createSignIn({ store, clock, passwords });

  async function addUser(
    input: NewUser,
    { first = false } = {},
  ): Promise<Outcome<UserRecord>> {
    const login = parseLogin(input.login);
    if (!login.ok) return login;
    if (EVERYBODY_NAMES.some((name) => name === login.value)) {
      return refuse(
        "bad-request",
        `"${login.value}" says with whom something is shared: no account can be called like that`,
      );
    }
    const emails = parseEmails(input.emails ?? []);
    if (!emails.ok) return emails;
    const weak = checkPassword(input.password);
    if (weak !== undefined) return weak;
    const plan = planTrees();
    const user: UserRecord = {
      id: crypto.randomUUID(),
      login: login.value,
      displayName: input.displayName?.trim() || input.login.normalize("NFC"),
      emails: emails.value,
      password: await passwords.hash(input.password),
      trees: plan.trees,
      created: clock(),
    };
    const { value } = await store.write<Outcome<UserRecord>>({
      trees: treeIds(plan.trees),
      run(tx) {
        if (first && tx.list(USERS).size > 0) {
          return refuse("already-exists", "There is an account already");
        }
        if (tx.get(loginKey(user.login)) !== undefined) {
          return refuse("already-exists", `${user.login} exists already`);
        }
        const taken = findTaken(tx, user);
        if (taken !== undefined) return taken;
        tx.set(userKey(user.id), user);
        tx.set(loginKey(user.login), { user: user.id });
        makeTrees(tx, plan, { user: user.id, now: user.created });
        return succeed(user);
      },
    });
    return value;
  }

  /** Rewrites the row of an account: a new version, which ends what is known of its credentials. */
  async function update(
    name: string,
    change: (user: UserRecord) => UserRecord,
  ): Promise<Outcome<UserRecord>> {
    const login = foldLogin(name);
    const { value } = await store.write<Outcome<UserRecord>>({
      trees: [],
      run(tx) {
        const row = findUser(tx, login);
        if (row === undefined) return unknownUser(name);
        const user = change(row.value);
        const taken = findTaken(tx, user);
        if (taken !== undefined) return taken;
        tx.set(userKey(user.id), user);
        return succeed(user);
      },
    });
    return value;
  }

  async function deleteUser(name: string): Promise<Outcome<UserRecord>> {
    const login = foldLogin(name);
    const before = await store.read((view) => findUser(view, login));
    if (before === undefined) return unknownUser(name);
    const { id, trees } = before.value;
    const now = clock();
    while (true) {
      const { value } = await store.write<Outcome<UserRecord | "again">>({
        trees: treeIds(trees),
        run(tx) {
          const row = tx.get(userKey(id));
          if (row === undefined) return unknownUser(name);
          // Who belongs to very many groups leaves those first.
          if (!dropLinks(tx, id)) return succeed("again");
          tx.delete(userKey(id));
          tx.delete(loginKey(row.value.login));
          giveUpTrees(tx, trees, { now });
          return succeed(row.value);
        },
      });
      if (!value.ok) return value;
      if (value.value === "again") continue;
      options.jobsAdded?.();
      return succeed(value.value);
    }
  }

  return {
    authenticate,
    addUser,
    deleteUser,
    async listUsers() {
      const users = await store.read((view) =>
        [...view.list(USERS).values()].map(({ value }) => value)
      );
      return users.sort((a, b) => a.login < b.login ? -1 : 1);
    },
    async setPassword(login, text) {
      const weak = checkPassword(text);
      if (weak !== undefined) return weak;
      const password = await passwords.hash(text);
      return await update(login, (user) => ({ ...user, password }));
    },
    async setEmails(login, addresses) {
      const emails = parseEmails(addresses);
      if (!emails.ok) return emails;
      return await update(login, (user) => ({ ...user, emails: emails.value }));
    },
  };
}

/** An address names one person: scheduling finds principals by it (RFC 6638 section 2.4.1). */
function findTaken(
  tx: Transaction,
  user: UserRecord,
): ReturnType<typeof refuse> | undefined {
  if (user.emails.length === 0) return undefined;
  const wanted = new Set(user.emails.map((email) => email.toLowerCase()));
  for (const { value: other } of tx.list(USERS).values()) {
    if (other.id === user.id) continue;
    const email = other.emails.find((it) => wanted.has(it.toLowerCase()));
    if (email !== undefined) {
      return refuse("conflict", `${email} belongs to ${other.login}`);
    }
  }
  return undefined;
}

function unknownUser(name: string): ReturnType<typeof refuse> {
  return refuse("not-found", `There is no account ${JSON.stringify(name)}`);
}

function checkPassword(
  password: string,
): ReturnType<typeof refuse> | undefined {
  if ([...password].length < MIN_PASSWORD_CHARACTERS) {
    return refuse(
      "bad-request",
      `A password needs at least ${MIN_PASSWORD_CHARACTERS} characters`,
    );
  }
  if (passwordBytes(password).length > MAX_PASSWORD_BYTES) {
    return refuse(
      "bad-request",
      `A password has at most ${MAX_PASSWORD_BYTES} bytes`,
    );
  }
  // A control character is a slip of a paste that no program can send later.
  return /\p{Cc}/u.test(password)
    ? refuse("bad-request", "A password holds no control characters")
    : undefined;
}
