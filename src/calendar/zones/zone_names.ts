/**
 * Names of the zones of the IANA database: which there are, and which mean the
 * same. The runtime says which zones it has, under names that differ between
 * runtimes; which name is today's and which are older ones is said here.
 *
 * @module
 */

import { platformZone, platformZones } from "./zone_platform.ts";

/** A zone by today's name, then its other names (IANA's file `backward`). */
const ALIASES = `
Africa/Asmara Africa/Asmera
Africa/Bamako Africa/Timbuktu
Africa/Cairo Egypt
Africa/Tripoli Libya
America/Adak America/Atka US/Aleutian
America/Anchorage US/Alaska
America/Argentina/Buenos_Aires America/Buenos_Aires
America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Catamarca
America/Argentina/Cordoba America/Cordoba America/Rosario
America/Argentina/Jujuy America/Jujuy
America/Argentina/Mendoza America/Mendoza
America/Atikokan America/Coral_Harbour
America/Chicago CST6CDT US/Central
America/Denver America/Shiprock MST7MDT Navajo US/Mountain
America/Detroit US/Michigan
America/Edmonton America/Yellowknife Canada/Mountain
America/Halifax Canada/Atlantic
America/Havana Cuba
America/Indiana/Indianapolis America/Fort_Wayne America/Indianapolis US/East-Indiana
America/Indiana/Knox America/Knox_IN US/Indiana-Starke
America/Iqaluit America/Pangnirtung
America/Jamaica Jamaica
America/Kentucky/Louisville America/Louisville
America/Los_Angeles PST8PDT US/Pacific
America/Manaus Brazil/West
America/Mazatlan Mexico/BajaSur
America/Mexico_City Mexico/General
America/New_York EST5EDT US/Eastern
America/Noronha Brazil/DeNoronha
America/Nuuk America/Godthab
America/Panama EST
America/Phoenix MST US/Arizona
America/Regina Canada/Saskatchewan
America/Rio_Branco America/Porto_Acre Brazil/Acre
America/Santiago Chile/Continental
America/Sao_Paulo Brazil/East
America/St_Johns Canada/Newfoundland
America/St_Thomas America/Virgin
America/Tijuana America/Ensenada America/Santa_Isabel Mexico/BajaNorte
America/Toronto America/Montreal America/Nipigon America/Thunder_Bay Canada/Eastern
America/Vancouver Canada/Pacific
America/Whitehorse Canada/Yukon
America/Winnipeg America/Rainy_River Canada/Central
Antarctica/McMurdo Antarctica/South_Pole
Arctic/Longyearbyen Atlantic/Jan_Mayen
Asia/Ashgabat Asia/Ashkhabad
Asia/Dhaka Asia/Dacca
Asia/Ho_Chi_Minh Asia/Saigon
Asia/Hong_Kong Hongkong
Asia/Jerusalem Asia/Tel_Aviv Israel
Asia/Kathmandu Asia/Katmandu
Asia/Kolkata Asia/Calcutta
Asia/Macau Asia/Macao
Asia/Makassar Asia/Ujung_Pandang
Asia/Nicosia Europe/Nicosia
Asia/Seoul ROK
Asia/Shanghai Asia/Chongqing Asia/Chungking Asia/Harbin PRC
Asia/Singapore Singapore
Asia/Taipei ROC
Asia/Tehran Iran
Asia/Thimphu Asia/Thimbu
Asia/Tokyo Japan
Asia/Ulaanbaatar Asia/Choibalsan Asia/Ulan_Bator
Asia/Urumqi Asia/Kashgar
Asia/Yangon Asia/Rangoon
Atlantic/Faroe Atlantic/Faeroe
Atlantic/Reykjavik Iceland
Australia/Adelaide Australia/South
Australia/Brisbane Australia/Queensland
Australia/Broken_Hill Australia/Yancowinna
Australia/Darwin Australia/North
Australia/Hobart Australia/Currie Australia/Tasmania
Australia/Lord_Howe Australia/LHI
Australia/Melbourne Australia/Victoria
Australia/Perth Australia/West
Australia/Sydney Australia/ACT Australia/Canberra Australia/NSW
Europe/Athens EET
Europe/Brussels CET MET
Europe/Chisinau Europe/Tiraspol
Europe/Dublin Eire
Europe/Istanbul Asia/Istanbul Turkey
Europe/Kyiv Europe/Kiev Europe/Uzhgorod Europe/Zaporozhye
Europe/Lisbon Portugal WET
Europe/London Europe/Belfast GB GB-Eire
Europe/Moscow W-SU
Europe/Warsaw Poland
Pacific/Auckland NZ
Pacific/Chatham NZ-CHAT
Pacific/Chuuk Pacific/Truk Pacific/Yap
Pacific/Easter Chile/EasterIsland
Pacific/Honolulu HST Pacific/Johnston US/Hawaii
Pacific/Kanton Pacific/Enderbury
Pacific/Kwajalein Kwajalein
Pacific/Pago_Pago Pacific/Samoa US/Samoa
Pacific/Pohnpei Pacific/Ponape
UTC Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich Etc/UCT Etc/UTC Etc/Universal Etc/Zulu GMT GMT+0 GMT-0 GMT0 Greenwich UCT Universal Zulu
`;

/** Hours of the zones Etc/GMT+12 to Etc/GMT-14, which runtimes know and do not list. */
const FIXED_HOURS = { west: 12, east: 14 };

/** Names that a runtime may know that is younger than these tables. */
const LONG_NAME = /^(?!SystemV\/)[A-Z][A-Z_]*(\/[A-Z0-9_+-]+){1,2}$/i;

interface Names {
  /** Today's name by any name in lower case. */
  readonly canonical: ReadonlyMap<string, string>;
  /** The other names by today's. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Today's names in ascending order. */
  readonly zones: readonly string[];
}

let names: Names | undefined;

/** Today's names of all zones that the runtime knows, "UTC" and the `Etc/GMT±h` included, in ascending order. */
export function zoneNames(): readonly string[] {
  return readNames().zones;
}

/** The other names of a zone in ascending order, by any of its names; none for names that are no zone's. */
export function zoneAliases(name: string): readonly string[] {
  const { canonical, aliases } = readNames();
  return aliases.get(canonical.get(name.toLowerCase()) ?? "") ?? [];
}

/** Today's IANA name of a zone in its own spelling, by any of its names in any case; undefined where it is none. */
export function canonicalZone(name: string): string | undefined {
  const { canonical } = readNames();
  const found = canonical.get(name.toLowerCase());
  // what else a runtime knows (offsets, abbreviations) is not IANA's
  if (found !== undefined || !LONG_NAME.test(name)) return found;
  const young = platformZone(name);
  return young && (canonical.get(young.toLowerCase()) ?? young);
}

/** The name that the runtime has for a zone, by today's name; undefined where it does not have it. */
export function platformName(id: string): string | undefined {
  // an older runtime may know it by an older name only
  return [id, ...zoneAliases(id)].find((each) =>
    platformZone(each) !== undefined
  );
}

function readNames(): Names {
  return names ??= makeNames();
}

function makeNames(): Names {
  const canonical = new Map<string, string>();
  const aliases = new Map<string, readonly string[]>();
  for (const row of ALIASES.trim().split("\n")) {
    const [name = "", ...others] = row.split(" ");
    aliases.set(name, others);
    for (const each of [name, ...others]) {
      canonical.set(each.toLowerCase(), name);
    }
  }
  const known = [...platformZones(), "UTC"];
  for (let hour = 1; hour <= FIXED_HOURS.east; hour++) {
    if (hour <= FIXED_HOURS.west) known.push(`Etc/GMT+${hour}`);
    known.push(`Etc/GMT-${hour}`);
  }
  const zones = new Set<string>();
  for (const each of known) {
    const name = canonical.get(each.toLowerCase()) ?? each;
    canonical.set(name.toLowerCase(), name);
    zones.add(name);
  }
  return { canonical, aliases, zones: [...zones].sort() };
}
