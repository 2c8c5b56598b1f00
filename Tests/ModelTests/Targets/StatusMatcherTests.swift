import Model
import Testing

@Suite("Status matcher")
struct StatusMatcherTests {
    @Test(
        "A matcher names codes and ranges",
        arguments: [
            ("200", [200], [199, 201, 404]),
            ("200,202", [200, 202], [201]),
            ("200-299", [200, 250, 299], [300]),
            ("200-204,404", [200, 204, 404], [205, 403]),
        ]
    )
    func matches(_ text: String, _ inside: [Int], _ outside: [Int]) throws {
        let matcher = try #require(StatusMatcher(text))
        #expect(inside.allSatisfy(matcher.contains))
        #expect(!outside.contains(where: matcher.contains))
        #expect(matcher.description == text)
    }

    @Test(
        "What is no matcher is refused",
        arguments: ["", "199", "500", "200,", "200-", "-200", "299-200", "200-250-299", "2xx", "+20", " 200"]
    )
    func refused(_ text: String) {
        #expect(StatusMatcher(text) == nil)
    }
}
