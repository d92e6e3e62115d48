/** The table of clients: one row, one place. */

import { CADAVER } from "./clients/cadaver.ts";
import { PYTHON_CALDAV } from "./clients/caldav_python.ts";
import { CALDAV_SERVER_TESTER } from "./clients/caldav_server_tester.ts";
import { DAVFS2 } from "./clients/davfs2.ts";
import { GIO } from "./clients/gio.ts";
import { ICALENDAR } from "./clients/icalendar.ts";
import { KHAL } from "./clients/khal.ts";
import { LIBREOFFICE } from "./clients/libreoffice.ts";
import { LITMUS } from "./clients/litmus.ts";
import { RCLONE } from "./clients/rclone.ts";
import { SHARING } from "./clients/sharing.ts";
import { TODOMAN } from "./clients/todoman.ts";
import { TSDAV } from "./clients/tsdav.ts";
import { VDIRSYNCER } from "./clients/vdirsyncer.ts";
import type { Client } from "./context.ts";
import { CORPUS } from "./corpus.ts";

/** Every client, in the order in which they run. */
export const CLIENTS: readonly Client[] = [
  LITMUS,
  VDIRSYNCER,
  KHAL,
  TODOMAN,
  PYTHON_CALDAV,
  SHARING,
  CALDAV_SERVER_TESTER,
  TSDAV,
  ICALENDAR,
  CADAVER,
  RCLONE,
  GIO,
  DAVFS2,
  LIBREOFFICE,
  CORPUS,
];
