import Model
import Testing

@testable import Console

@Suite("Settings")
struct SettingsTests {
    @Test("Every setting is read")
    func settings() throws {
        var settings = ConsoleSettings()
        let text = """
            theme: cb-dark
            language: ja
            refresh_hz: 5
            arm_minutes: 3
            log_events: 5000
            environment: PROD
            environment_kind: prod
            instance: lb-fra-1
            """
        try SettingsFile.read(text, file: "console.yaml", into: &settings)
        #expect(
            settings.theme == "cb-dark" && settings.language == .japanese && settings.refreshHertz == 5
        )
        #expect(settings.armMinutes == 3 && settings.logEvents == 5_000)
        #expect(settings.environment == "PROD" && settings.environmentKind == .production)
        #expect(settings.instance == "lb-fra-1")
    }

    @Test("An empty file, or one of comments, sets nothing", arguments: ["", "# nothing\n"])
    func empty(text: String) throws {
        var settings = ConsoleSettings()
        try SettingsFile.read(text, file: "console.yaml", into: &settings)
        #expect(settings == ConsoleSettings())
    }

    @Test(
        "A mistake names file, line and field, and sets nothing",
        arguments: [
            ("theme: night\nlanguage: de\n", "console.yaml:2: language"),
            ("refresh_hz: 0\n", "console.yaml:1: refresh_hz"),
            ("refresh_hz: fast\n", "console.yaml:1: refresh_hz"),
            ("log_events: 9999999\n", "console.yaml:1: log_events"),
            ("thme: night\n", "console.yaml:1: thme"),
            ("- a\n", "console.yaml:1"),
            ("a: [\n", "console.yaml:2"),
        ]
    )
    func mistakes(text: String, subject: String) {
        var settings = ConsoleSettings()
        let error = #expect(throws: OperatorError.self) {
            try SettingsFile.read(text, file: "console.yaml", into: &settings)
        }
        #expect(error?.subject == subject)
        #expect(settings == ConsoleSettings())
    }

    @Test("Places follow the XDG rules: an absolute path counts, a relative one does not")
    func places() {
        let own = ConsolePlaces(environment: [
            "HOME": "/home/a", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "rel",
        ])
        #expect(own.settings == ["/etc/sekisho/console.yaml", "/c/sekisho/console.yaml"])
        #expect(own.state == "/home/a/.local/state/sekisho/console.json")
        #expect(own.log == "/home/a/.local/state/sekisho/console.log")
        let nobody = ConsolePlaces(environment: [:])
        #expect(nobody.keys == ["/etc/sekisho/keys.yaml"])
        #expect(nobody.state == nil)
    }

    @Test("The language is the locale's, the first variable that says anything decides")
    func locale() {
        #expect(Language(environment: ["LANG": "ja_JP.UTF-8"]) == .japanese)
        #expect(
            Language(environment: ["LC_ALL": "", "LC_MESSAGES": "ja_JP.UTF-8", "LANG": "C"]) == .japanese
        )
        #expect(Language(environment: ["LC_ALL": "C.UTF-8", "LANG": "ja_JP.UTF-8"]) == .english)
        #expect(Language(environment: [:]) == .english)
    }

    // MARK: Keys

    private static func keys(_ text: String) throws -> KeyMap {
        var keys = KeyMap.standard
        try KeysFile.read(text, file: "keys.yaml", into: &keys)
        return keys
    }

    @Test("A command gets other keys, on one page or on all, and help and hints tell them")
    func bindings() throws {
        let keys = try Self.keys("all:\n  filter: ctrl-f\nlog:\n  follow: [F9, alt-f]\n")
        #expect(keys.command(for: .ctrl("f"), on: .targets)?.name == "filter")
        #expect(keys.command(for: .character("/"), on: .log) == nil)
        #expect(keys.command(for: .function(9), on: .log)?.name == "follow")
        #expect(keys.command(for: .alt("f"), on: .log)?.name == "follow")
        var driver = ScreenDriver.live(page: .log)
        driver.send(.settings(.keys(keys)))
        #expect(driver.lines.last?.contains("F9 follow") == true)
        driver.press(.character("?"))
        #expect(driver.contains("Ctrl-F"))
    }

    @Test("Two commands can exchange their keys")
    func exchange() throws {
        let keys = try Self.keys("log:\n  follow: t\n  time: f\n")
        #expect(keys.command(for: .character("t"), on: .log)?.name == "follow")
        #expect(keys.command(for: .character("f"), on: .log)?.name == "time")
    }

    @Test(
        "A mistake names file, line and field, and for a double binding the other place",
        arguments: [
            ("log:\n  folow: f\n", "keys.yaml:2: log.folow", "follow"),
            ("lgo:\n  follow: f\n", "keys.yaml:1: lgo", "log"),
            ("log:\n  follow: ctrl-\n", "keys.yaml:2: log.follow", "not a key"),
            ("log:\n  follow: t\n", "keys.yaml:2: log.follow", "bound to time already"),
            ("log:\n  follow: x\n  time: x\n", "keys.yaml:3: log.time", "keys.yaml:2: log.follow"),
            (
                "listeners:\n  mode: ctrl-m\n", "keys.yaml:2: listeners.mode",
                "cannot be the key of a change"
            ),
            ("log: f\n", "keys.yaml:1: log", "not a mapping"),
        ]
    )
    func keyMistakes(text: String, subject: String, words: String) {
        let error = #expect(throws: OperatorError.self) { try Self.keys(text) }
        #expect(error?.subject == subject)
        let told = "\(error?.message ?? "") \(error?.hint ?? "")"
        #expect(told.contains(words))
    }

    @Test("Every key that has a spelling can be written in keys.yaml")
    func spellings() {
        let keys =
            Command.registry.flatMap(\.keys) + [.alt("x"), .function(12), .insert, .delete, .backspace]
        for key in keys {
            #expect(Key(named: key.spelling) == key, "\(key.spelling)")
        }
    }

    // MARK: Memory

    @Test("What is remembered comes back, whatever is in it")
    func memory() {
        var saved = SavedState()
        saved.filters = ["bad": "outcome:fail cn:\"a \\\"b\\\"\" {x}", "ja": "cn:中文"]
        saved.history = ["log outcome:fail", "theme \u{1B}[2J"]
        saved.page = "log"
        saved.lists = [
            "listeners": ListSetup(sort: "conns", isDescending: true, hidden: ["mode", "store"])
        ]
        #expect(SavedFile.parse(SavedFile.text(saved)) == saved)
    }

    @Test(
        "A memory that is damaged is none",
        arguments: ["", "[]", "{", "{\"version\": 2}", "{\"version\": 1, \"filters\": 3}"]
    )
    func damaged(text: String) {
        #expect(SavedFile.parse(text).filters.isEmpty)
    }
}
