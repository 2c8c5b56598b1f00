import Model
import Testing

@testable import Console

@Suite("Time zones of the console")
struct ClockZoneTests {
    @Test(
        "A zone is utc, local or a distance from Greenwich",
        arguments: [
            ("utc", ClockZone.utc), ("local", .local), ("+09:00", .fixed(seconds: 32_400)),
            ("-03:30", .fixed(seconds: -12_600)),
        ]
    )
    func zones(text: String, zone: ClockZone) { #expect(ClockZone(text) == zone) }

    @Test(
        "Anything else is none",
        arguments: ["", "UTC", "9", "+9", "+09", "+15:00", "+09:60", "+-9:00", "+09:00:00", "09:00"]
    )
    func mistakes(text: String) { #expect(ClockZone(text) == nil) }

    @Test("Lists, header and log write times in the zone, and the header names it")
    func screens() {
        var driver = ScreenDriver.live(Size(columns: 140, rows: 40), page: .log)
        let before = driver.screen
        #expect(before.contains("14:05Z"))
        driver.press(.character(":"))
        driver.type("clock +09:00")
        driver.press(.enter)
        #expect(driver.state.settings.zone == .fixed(seconds: 32_400))
        #expect(driver.lines[0].contains("23:05+09:00"))
        let time = driver.state.selectedEntry?.time ?? Timestamp(seconds: 0)
        #expect(driver.contains(ClockZone.fixed(seconds: 32_400).shown(time).clockMilliseconds))
        #expect(!driver.contains(time.clockMilliseconds))
    }

    @Test("A time of day that is typed is meant in the zone, one with Z in UTC")
    func moments() {
        let now = Timestamp(year: 2_026, month: 11, day: 23, hour: 20, minute: 0, second: 0)
        let environment = FilterEnvironment(now: now, secondsEast: 32_400)
        // It is 05:00 on the 24th there.
        #expect(environment.moment("04:30")?.iso8601 == "2026-11-23T19:30:00Z")
        #expect(environment.moment("06:00")?.iso8601 == "2026-11-22T21:00:00Z")
        #expect(environment.moment("19:30Z")?.iso8601 == "2026-11-23T19:30:00Z")
        #expect(environment.moment("2026-11-24T04:30")?.iso8601 == "2026-11-23T19:30:00Z")
    }

    @Test("Settings and command line choose it; a mistake is told with its line")
    func settings() throws {
        var settings = ConsoleSettings()
        try SettingsFile.read("time: local\nmouse: true\n", file: "c.yaml", into: &settings)
        #expect(settings.zone == .local && settings.hasMouse)
        for (text, subject) in [("mouse: maybe", "c.yaml:1: mouse"), ("time: CET", "c.yaml:1: time")] {
            let error = #expect(throws: OperatorError.self) {
                try SettingsFile.read(text, file: "c.yaml", into: &settings)
            }
            #expect(error?.subject == subject)
        }
    }
}
