/**
 * The log: one JSON object a line. It holds no secrets: no header is ever
 * logged, no query, no body.
 *
 * @module
 */

/** Weight of a line, lightest first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** One of them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line says besides its time and level. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | null>
>;

/** Writes lines. */
export interface Logger {
  /** Writes a line, if its level is not below the logger's. */
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** Makes a logger; `sink` is given each line without its end. */
export function createLogger(
  options: {
    readonly level: LogLevel;
    readonly sink: (line: string) => void;
    readonly clock: () => number;
  },
): Logger {
  const lowest = LOG_LEVELS.indexOf(options.level);
  return {
    log(level, message, fields = {}) {
      if (LOG_LEVELS.indexOf(level) < lowest) return;
      const time = new Date(options.clock()).toISOString();
      options.sink(JSON.stringify({ time, level, message, ...fields }));
    },
  };
}
