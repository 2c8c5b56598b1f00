import Model
import Testing

@testable import Console

@Suite("Theme files")
struct ThemeFileTests {
    @Test("Every theme of the program is read", arguments: ThemeFile.embedded.map(\.name))
    func embedded(name: String) throws {
        #expect(try ThemeFile.load(name).name == name)
    }

    @Test(
        "A mistake names file, line and field",
        arguments: [
            ("name: x\nroles:\n  state.fial: fail\n", "mine.yaml:3: roles.state.fial"),
            ("name: x\ncolours:\n  text: green\n", "mine.yaml:3: colours.text"),
            ("name: x\ncolour: {}\n", "mine.yaml:2: colour"),
        ]
    )
    func mistakes(text: String, subject: String) {
        let error = #expect(throws: OperatorError.self) { try ThemeFile.parse(text, file: "mine.yaml") }
        #expect(error?.subject == subject)
    }

    @Test(
        "Every role can be read on its background, with the theme's colours and with the nearest of 256",
        arguments: ["night", "paper", "hc-dark", "hc-light", "cb-dark", "cb-light"]
    )
    func contrast(name: String) throws {
        let theme = try ThemeFile.load(name)
        let least = name.hasPrefix("hc-") ? 7.0 : 4.5
        let surface = try #require(theme.colours[.surface]?.hex)
        for role in Role.allCases {
            let style = theme.style(of: role)
            let colours = [style.foreground ?? .text, style.background ?? .surface].map {
                theme.colours[$0]
            }
            let front = try #require(colours[0])
            let back = try #require(colours[1])
            let exact = Vision.contrast(try #require(front.hex), try #require(back.hex))
            #expect(exact >= least, "\(name) \(role.rawValue)")
            // Where a theme paints nothing, the terminal's own background is near the theme's surface.
            let isOwn = style.background == nil && !theme.paintsBackground
            let shown = Colour.fixed(back.number(in: .palette))
            let nearest = Vision.contrast(
                Colour.fixed(front.number(in: .palette)),
                isOwn ? surface : shown
            )
            // The 240 fixed colours have no dark yellow that is darker than #5f5f00.
            #expect(nearest >= min(least, 6.7), "\(name) \(role.rawValue) with 256 colours")
        }
    }

    @Test(
        "The themes for colour-blind people keep good, warning and bad apart",
        arguments: ["cb-dark", "cb-light"],
        Vision.allCases
    )
    func colourVision(name: String, vision: Vision) throws {
        let theme = try ThemeFile.load(name)
        let colours = try [Theme.ColourName.ok, .warn, .fail].map { try #require(theme.colours[$0]) }
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            for tier in ["exact", "256"] {
                let pair = try [colours[one], colours[other]].map { colour in
                    tier == "256" ? Colour.fixed(colour.number(in: .palette)) : try #require(colour.hex)
                }
                let distance = vision.seen(pair[0]).distance(to: vision.seen(pair[1]))
                #expect(distance >= 0.15, "\(name) \(tier) \(vision) \(one) and \(other)")
            }
        }
    }

    @Test("What is printed of a theme is what is measured, and tells which cannot be read")
    func report() throws {
        let report = ThemeReport(try ThemeFile.load("night"))
        #expect(report.isReadable)
        #expect(report.lines.contains { $0.hasPrefix("deuteranopia") })
        #expect(report.lines.contains { $0.hasPrefix("state.fail") })
        let dim = try ThemeFile.parse(
            "name: dim\ncolours:\n  surface: \"#101010\"\n  text: \"#303030\"\n  muted: \"#303030\"\n",
            file: "dim.yaml"
        )
        #expect(!ThemeReport(dim).isReadable)
        #expect(ThemeReport(dim).lines.contains { $0.contains("too little") })
    }

    @Test(
        "The distances are those of the eye: an ordinary green and red are one colour to deuteranopia"
    )
    func ordinaryTheme() throws {
        let night = try ThemeFile.load("night")
        let ok = try #require(night.colours[.ok]?.hex)
        let fail = try #require(night.colours[.fail]?.hex)
        let normal = Vision.normal.seen(ok).distance(to: Vision.normal.seen(fail))
        let blind = Vision.deuteranopia.seen(ok).distance(to: Vision.deuteranopia.seen(fail))
        #expect(normal > 0.2)
        #expect(blind < 0.1)
    }
}
