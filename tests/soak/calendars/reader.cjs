// Reads calendar objects with ical.js, the parser of Thunderbird, and prints what it understood; see readers.py.
const fs = require("fs");
const path = require("path");
const [folder, modules] = process.argv.slice(2);
const version = JSON.parse(fs.readFileSync(path.join(modules, "ical.js", "package.json"))).version;

function address(property) {
  return property ? String(property.getFirstValue()).toLowerCase().replace(/^mailto:/, "") : null;
}

function instant(time) {
  return time.toJSDate().toISOString().replace(".000Z", "Z");
}

function read(ICAL, text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  }
  const found = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const attendees = component.getAllProperties("attendee");
    return {
      method: calendar.getFirstPropertyValue("method"),
      uid: event.uid,
      sequence: event.sequence,
      start: instant(event.startDate),
      end: instant(event.endDate),
      status: component.getFirstPropertyValue("status"),
      organizer: address(component.getFirstProperty("organizer")),
      attendee: attendees.length > 1 ? "several" : address(attendees[0]),
    };
  });
  return found.sort((a, b) => (a.uid < b.uid ? -1 : 1));
}

(async () => {
  const where = path.join(modules, "ical.js", "dist", "ical.js");
  const loaded = await import(where);
  const ICAL = loaded.default;
  const told = {};
  for (const name of fs.readdirSync(folder).filter((n) => n.endsWith(".ics")).sort()) {
    try {
      told[name] = read(ICAL, fs.readFileSync(path.join(folder, name), "utf8"));
    } catch (error) {
      told[name] = String(error);
    }
  }
  console.log(JSON.stringify({ [`ical.js ${version}`]: told }));
})();
