import CNcurses
import Model
import Testing

@testable import Console

/// Names in certificates come from strangers.
@Suite("Hostile names")
struct HostileNamesTests {
    static let names = [
        "\u{1B}[2J\u{1B}[31mroot",
        "\u{1B}]0;owned\u{07}\u{1B}P+q\u{1B}\\",
        "\\1B[2J\\07\\0D\\0A",
        "\u{9B}2J\u{85}\u{90}",
        "a\u{00}b\u{7F}\r\n\tc",
        "a\\00b",
        "user\u{202E}nimda\u{2066}x\u{200B}\u{FEFF}\u{AD}",
        "\\E2\\80\\AEnimda",
        String(repeating: "x", count: 65_536),
        String(repeating: "\u{202E}", count: 65_536 / 3),
        String(repeating: "\\1B", count: 20_000),
        "中文證書機構中文證書機構中文證書機構中文證書機構中文證書機構中文證書機構",
        "\\E4\\B8\\AD\\E6\\96\\87",
        "\u{1F469}\u{200D}\u{1F4BB}\u{1F1E9}\u{1F1EA}1\u{FE0F}\u{20E3}\u{1FAE8}⚠\u{FE0F}",
        "Z" + String(repeating: "\u{301}", count: 500),
        "\u{301}\u{302} begins with a mark",
        "\u{E000}\u{10FFFF}\u{E0041}\u{2028}\u{3164}",
        "ﾊﾝｶｸ한글\u{1112}\u{1161}\u{11AB}",
        "\\FF\\FE not UTF-8",
        "| [ Apply ] | OBSERVE",
        "",
    ]

    private static let windows = [
        Size(columns: 40, rows: 12), Size(columns: 80, rows: 24), Size(columns: 140, rows: 40),
    ]

    /// A gate and clients whose certificates all bear a name.
    private static func driver(_ name: String, _ size: Size, _ glyphs: Glyphs) -> ScreenDriver {
        let facts = HostilePane.facts(name)
        let store = TrustStore(
            id: Sample.id(101),
            name: "partners",
            revision: 1,
            certificates: [CACertificate(facts: facts, pem: "")],
            source: BundleSource(path: "pki/\(name).pem", digest: "00", readAt: Sample.start)
        ).with(lists: [HostilePane.list(name)], nextID: 2)
        var driver = ScreenDriver.live(
            size,
            glyphs: glyphs,
            view: Sample.view(
                stores: [store],
                leaf: facts,
                health: Sample.health,
                changes: [
                    Sample.change(
                        3,
                        ago: 5,
                        "ana",
                        [
                            Plan.Line(
                                verb: .change,
                                resource: "trust store partners",
                                details: ["added \(name)"]
                            )
                        ]
                    )
                ]
            ),
            records: 0
        )
        let records = (1...24 as ClosedRange<UInt64>).map {
            Sample.record($0, subject: "CN=\(name),O=\(name)")
        }
        driver.send(.records(RecordBatch(records: records, lost: 0)))
        driver.send(
            .records(RecordBatch(records: [Sample.tracedRecord(25, subject: "CN=\(name)")], lost: 0))
        )
        // Whatever number the question has, the answer finds it.
        driver.press(.character("7"))
        let clients = ClientList(
            clients: [Sample.client("CN=\(name),O=\(name)", days: 3, number: 1)],
            matching: 1,
            verified: 1,
            unverified: 0
        )
        driver.send(.reply(driver.state.lastRequest, .success(.clients(clients))))
        driver.press(.character("2"))
        return driver
    }

    private static let views: [(String, [Key])] = [
        ("listeners", []),
        ("listener", [.enter]),
        ("trust stores", [.character("3"), .tab]),
        ("CA certificate", [.character("3"), .tab, .enter]),
        ("log", [.character("4")]),
        ("log, held", [.character("4"), .up, .up]),
        ("connection", [.character("4"), .enter]),
        ("connection, below", [.character("4"), .enter, .end]),
        ("log, grouped", [.character("4"), .character("p"), .character("p"), .character("p")]),
        ("log, only like", [.character("4"), .character("=")]),
        ("log, copy", [.character("4"), .character("y")]),
        ("overview", [.character("1")]),
        ("refusals", [.character("5")]),
        ("refusals, zoomed", [.character("5"), .character("z")]),
        ("refusal", [.character("5"), .enter]),
        ("targets", [.character("6")]),
        ("clients", [.character("7")]),
        ("changes", [.character("8")]),
        ("palette", [.character(":"), .character("s")]),
        ("mode", [.character("!"), .character("m")]),
    ]

    /// By number: a report of the tests must not print what it warns about.
    @Test(
        "Nothing escapes from answers, files and what is pasted",
        arguments: names.indices,
        [false, true]
    )
    func panes(index: Int, isUnicode: Bool) {
        let glyphs: Glyphs = isUnicode ? .unicode : .ascii
        for size in Self.windows {
            let start = Self.driver(Self.names[index], size, glyphs)
            for pane in HostilePane.allCases {
                var driver = start
                pane.open(&driver, Self.names[index])
                let canvas = driver.canvas
                #expect(Self.bad(canvas) == [], "\(pane) at \(size)")
                #expect(canvas.cells.count == size.columns * size.rows)
            }
        }
    }

    /// What is drawn is what was meant to be: with a harmless name each of the panes shows it.
    @Test("Every pane shows the name", arguments: HostilePane.allCases)
    func shown(pane: HostilePane) {
        var driver = Self.driver("plain", Size(columns: 140, rows: 40), .unicode)
        pane.open(&driver, "plain")
        #expect(driver.contains("plain"))
    }

    /// By number: a report of the tests must not print what it warns about.
    @Test(
        "Nothing escapes and nothing misaligns, on any page",
        arguments: names.indices,
        [false, true]
    )
    func pages(index: Int, isUnicode: Bool) {
        let glyphs: Glyphs = isUnicode ? .unicode : .ascii
        for size in Self.windows {
            let (hostile, harmless) = (
                Self.driver(Self.names[index], size, glyphs), Self.driver("x", size, glyphs)
            )
            for (view, keys) in Self.views {
                let (canvas, plain) = (Self.canvas(hostile, keys), Self.canvas(harmless, keys))
                #expect(Self.bad(canvas) == [], "\(view) at \(size)")
                #expect(canvas.cells.count == size.columns * size.rows)
                // What is upright in one must stand in the same place in the other.
                let bars = [glyphs.plain.vertical, glyphs.focused.vertical].map { String($0) }
                let moved = plain.cells.indices.filter { index in
                    let cell = plain.cells[index]
                    return [.frame, .frameFocus].contains(cell.role) && bars.contains(cell.text)
                        && canvas.cells[index] != cell
                }
                #expect(moved == [], "\(view) at \(size)")
            }
        }
    }

    private static func canvas(_ start: ScreenDriver, _ keys: [Key]) -> Canvas {
        var driver = start
        for key in keys { driver.press(key) }
        return driver.canvas
    }

    /// Cells that a terminal would not show as exactly what and as wide as the canvas believes.
    private static func bad(_ canvas: Canvas) -> [Int] {
        canvas.cells.indices.filter { index in
            let cell = canvas.cells[index]
            let column = index % canvas.size.columns
            if cell.width == 0 { return column == 0 || canvas.cells[index - 1].width != 2 }
            if cell.width == 2, column == canvas.size.columns - 1 || canvas.cells[index + 1].width != 0 {
                return true
            }
            guard cncurses_width(cell.scalars[0]) == Int32(cell.width) else { return true }
            if !canvas.glyphs.isUnicode, cell.scalars != SIMD4(cell.scalars[0], 0, 0, 0) { return true }
            return (0..<4).contains { position in
                let value = cell.scalars[position]
                if value == 0 { return position == 0 }
                guard let scalar = Unicode.Scalar(value) else { return true }
                if !canvas.glyphs.isUnicode { return !(0x20..<0x7F).contains(value) }
                if position > 0 { return scalar.properties.generalCategory != .nonspacingMark }
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                    .paragraphSeparator, .nonspacingMark:
                    return true
                default: return false
                }
            }
        }
    }

    @Test(
        "Names that look alike are shown as two",
        arguments: [
            ("admin", "ad\u{200B}min"), ("admin", "ad\u{AD}min"), ("admin", "admin\u{FEFF}"),
            ("user.nimda", "user\u{202E}.nimda"), ("a", "a\u{0}"), ("a", "a\u{E0041}"),
            ("x\\x1b", "x\u{1B}\\"),
        ],
        [false, true]
    )
    func apart(names: (String, String), isUnicode: Bool) {
        let glyphs: Glyphs = isUnicode ? .unicode : .ascii
        let texts = [names.0, names.1].map { name in
            let driver = Self.driver(name, Size(columns: 140, rows: 40), glyphs)
            return Self.canvas(driver, [.character("4"), .up]).text(row: 6)
        }
        #expect(texts[0] != texts[1])
    }

    @Test("Two clients with one name of 64 KiB are two clients")
    func longNames() {
        let name = "CN=" + String(repeating: "x", count: 65_536)
        var driver = ScreenDriver.live(page: .changes)
        driver.press(.character("7"))
        let clients = [Sample.client(name, days: 3, number: 1), Sample.client(name, days: 3, number: 2)]
        let list = ClientList(clients: clients, matching: 2, verified: 2, unverified: 0)
        driver.send(.reply(driver.state.lastRequest, .success(.clients(list))))
        #expect(driver.state.clients.count == 2)
    }

    @Test("A name that is not what it looks like is marked in the log")
    func mark() {
        var driver = Self.driver("user\u{202E}nimda", Size(columns: 140, rows: 40), .unicode)
        driver.press(.character("4"))
        #expect(driver.contains("~CN=user<U+202E>nimda"))
    }
}
