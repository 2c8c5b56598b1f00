import Foundation
import Model
import Testing

@testable import Console

/// Nothing of ours is left in English where Japanese is spoken.
@Suite("Languages")
struct LanguageTests {
    /// Words that stay: codes, states, names of protocols, what is typed.
    private static let kept: Set<String> = [
        "sekisho", "edge", "api", "iot", "pay", "plain", "web", "partners", "fleet", "legacy", "up",
        "ok",
        "verify",
        "passthrough", "off", "live", "hs", "untrusted", "expired", "cert", "no", "expiring", "healthy",
        "unhealthy", "unused", "unknown", "initial", "connect", "connection", "refused", "ana", "ivo",
        "bot",
        "cd",
        "console", "apply", "listener", "trust", "store", "target", "group", "mode", "revision",
        "removed",
        "change", "create", "delete", "old", "httpd", "svc", "partner", "example", "com", "dev", "pki",
        "pem",
        "alt", "state", "round", "robin", "mtls", "same", "sni", "openssl", "client", "chain",
        "purpose",
        "sslclient",
        "partial", "untrusted", "within", "confirm", "serial", "timeout", "app",
    ]

    @Test(
        "No English sentence stands on a Japanese page",
        arguments: Scene.allCases.filter { $0.rawValue.hasPrefix("japanese") }
    )
    func pages(scene: Scene) {
        let canvas = scene.driver(Size(columns: 140, rows: 40), .unicode).canvas
        for row in 0..<canvas.size.rows {
            let words = canvas.text(row: row).split { !$0.isASCII || !$0.isLetter }.map {
                $0.lowercased()
            }
            let strange = words.filter {
                $0.count > 3 && !Self.kept.contains($0) && !Self.isData(canvas, row)
            }
            // Three in a row are a sentence, fewer may be a name.
            #expect(strange.count < 3, "\(scene) row \(row): \(canvas.text(row: row))")
        }
    }

    /// Rows that show what the gate, a certificate or a command says.
    private static func isData(_ canvas: Canvas, _ row: Int) -> Bool {
        let text = canvas.text(row: row)
        return ["CN=", "TLS_", ":", "X-Amzn", "--"].contains { text.contains($0) }
    }

    @Test("Every reason is told in Japanese", arguments: Reasons.all.map(\.word))
    func reasons(word: String) throws {
        let reason = try #require(Reasons.all.first { $0.word == word })
        for phrase in [Phrase.sentence(reason.outcome), Phrase.remedy(reason.outcome)] {
            let phrase = try #require(phrase)
            #expect(phrase.japanese != phrase.english)
            #expect(phrase.japanese.contains { !$0.isASCII })
        }
    }

    @Test("The language can be changed while looking")
    func change() {
        var driver = ScreenDriver.live(glyphs: .unicode)
        driver.press(.character(":"))
        driver.type("language ja")
        driver.press(.enter)
        let isJapanese = driver.contains("リスナー")
        #expect(isJapanese, Comment(rawValue: driver.screen))
        #expect(driver.state.language == .japanese)
    }
}
