import Model
import Testing

@Suite("Secret text")
struct SecretTextTests {
    /// Each is a way in which a value ends up in a log, a test's output or a crash report.
    @Test("A secret never prints, whatever holds it")
    func printing() throws {
        let secret = SecretText("hunter2")
        let file = SecretFileContents(path: "server.key", text: secret)
        var dumped = ""
        dump(file, to: &dumped)
        var dumpedSecret = ""
        dump(secret, to: &dumpedSecret)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(file)",
            String(reflecting: file), "\([secret])", "\(["key": secret])", "\(Optional(secret) as Any)",
            String(reflecting: [file]), dumped, dumpedSecret,
        ]
        for text in texts {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("secret"))
        }
        #expect(secret.revealed == "hunter2")
    }
}
