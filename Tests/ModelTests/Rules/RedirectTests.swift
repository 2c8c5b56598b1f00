import Model
import Testing

@Suite("Redirects")
struct RedirectTests {
    @Test("Keywords are told from text that only looks like them")
    func pieces() {
        #expect(
            Redirect.pieces("/a#{path}#{nothing}#{query") == [
                .text("/a"), .keyword(.path), .text("#{nothing}#{query"),
            ]
        )
        #expect(Redirect.pieces("") == [])
    }

    @Test(
        "What changes something is allowed",
        arguments: [
            Redirect(protocol: "HTTPS", port: "443", statusCode: .movedPermanently),
            Redirect(host: "www.#{host}", statusCode: .found),
            Redirect(
                path: "/new/#{path}",
                query: "from=#{host}:#{port}&p=#{protocol}&#{query}",
                statusCode: .found
            ),
            Redirect(path: "/", query: "", statusCode: .found),
        ]
    )
    func allowed(redirect: Redirect) throws {
        try redirect.check(on: .http)
        try redirect.check(on: .https)
    }

    @Test(
        "What cannot be followed, or leads back, is refused with its property",
        arguments: [
            (Redirect(statusCode: .found), "protocol"),
            (Redirect(query: "a=b", statusCode: .found), "protocol"),
            (Redirect(protocol: "FTP", statusCode: .found), "protocol"),
            (Redirect(protocol: "HTTP", statusCode: .found), "protocol"),
            (Redirect(host: "", statusCode: .found), "host"),
            (Redirect(host: "a.test/b", statusCode: .found), "host"),
            (Redirect(host: "user@a.test", statusCode: .found), "host"),
            (Redirect(host: "#{path}", statusCode: .found), "host"),
            (Redirect(host: "a\r\nb", statusCode: .found), "host"),
            (Redirect(port: "0", statusCode: .found), "port"),
            (Redirect(port: "65536", statusCode: .found), "port"),
            (Redirect(port: "+80", statusCode: .found), "port"),
            (Redirect(port: "#{host}", statusCode: .found), "port"),
            (Redirect(path: "new", statusCode: .found), "path"),
            (Redirect(path: "/#{query}", statusCode: .found), "path"),
            (Redirect(path: "/#fragment", statusCode: .found), "path"),
            (Redirect(path: "/\u{0}", statusCode: .found), "path"),
            (Redirect(path: "/" + String(repeating: "a", count: 128), statusCode: .found), "path"),
            (Redirect(path: "/b", query: "a b", statusCode: .found), "query"),
        ]
    )
    func refused(redirect: Redirect, property: String) {
        let error = #expect(throws: OperatorError.self) { try redirect.check(on: .https) }
        #expect(error?.subject == property)
    }

    @Test("A listener of clear text may redirect to clear text elsewhere")
    func clearText() throws {
        try Redirect(protocol: "HTTP", host: "a.test", statusCode: .found).check(on: .http)
    }
}
