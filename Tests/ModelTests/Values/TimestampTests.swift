import Model
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "Moments are written as ISO 8601",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00Z"),
            (1_767_605_832, "2026-01-05T09:37:12Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ]
    )
    func iso8601(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).iso8601 == text)
    }

    @Test("Moments that cannot be written are clamped to the nearest that can")
    func clamped() {
        #expect(Timestamp(seconds: 253_402_300_800).iso8601 == "9999-12-31T23:59:59Z")
        #expect(Timestamp(seconds: -62_135_596_801).iso8601 == "0001-01-01T00:00:00Z")
        #expect(Timestamp(microseconds: .max).iso8601Microseconds.hasPrefix("9999-12-31T23:59:59."))
        #expect(Timestamp(microseconds: .min).iso8601.hasPrefix("0001-01-01T00:00:00"))
    }

    @Test("Fractions of a second are kept, before 1970 too")
    func fractions() {
        let time = Timestamp(microseconds: 1_767_605_832_048_213)
        #expect(time.iso8601Microseconds == "2026-01-05T09:37:12.048213Z")
        #expect(time.clockMilliseconds == "09:37:12.048")
        #expect(time.seconds == 1_767_605_832)
        let early = Timestamp(microseconds: -1)
        #expect(early.seconds == -1)
        #expect(early.iso8601Microseconds == "1969-12-31T23:59:59.999999Z")
    }

    @Test("Calendar fields and seconds are two forms of one moment")
    func roundTrip() {
        // A step that visits every month and hour of four centuries, leap years among them.
        for seconds in stride(from: Int64(-6_000_000_000), to: 8_000_000_000, by: 2_345_678) {
            let fields = Timestamp(seconds: seconds).fields
            let time = Timestamp(
                year: fields.year,
                month: fields.month,
                day: fields.day,
                hour: fields.hour,
                minute: fields.minute,
                second: fields.second
            )
            #expect(time.seconds == seconds)
        }
    }

    @Test("Later is greater")
    func order() {
        #expect(Timestamp(microseconds: -1) < Timestamp(seconds: 0))
        #expect(Timestamp(seconds: 1) > Timestamp(microseconds: 999_999))
    }

    @Test("What is written can be read again, and nothing else can")
    func reading() {
        let moment = Timestamp(year: 2026, month: 11, day: 23, hour: 14, minute: 5, second: 0)
        for time in [moment, Timestamp(microseconds: moment.microseconds + 48_213)] {
            #expect(Timestamp(iso8601: time.iso8601Microseconds) == time)
        }
        #expect(Timestamp(iso8601: moment.iso8601) == moment)
        #expect(Timestamp(iso8601: "2026-11-23T14:05:00.5Z")?.fields.microsecond == 500_000)
        for text in [
            "", "2026-11-23", "2026-11-31T00:00:00Z", "2026-11-23T14:05:00", "2026-11-23T24:05:00Z",
            "2026-11-23T14:05:00.Z", "2026-11-23T14:05:00.+1Z",
        ] {
            #expect(Timestamp(iso8601: text) == nil)
        }
    }
}
