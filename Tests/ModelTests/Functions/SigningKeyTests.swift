import Model
import Testing

/// Credentials as AWS's tools write them.
@Suite("Signing key")
struct SigningKeyTests {
    private static let file = SecretText(
        """
        # of a person
        [default]
        aws_access_key_id = AKIDEXAMPLE
        aws_secret_access_key=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
        region = eu-central-1

        [ci]
        ; of a role
        AWS_ACCESS_KEY_ID = ASIAEXAMPLE
        aws_secret_access_key = se=cret
        aws_session_token = tok/en==
        [broken]
        aws_access_key_id = AKIDEXAMPLE
        [empty]
        """
    )

    @Test("A profile has its own settings and no other's")
    func profiles() throws {
        let standard = try #require(SigningKey(sharedCredentials: Self.file, profile: "default"))
        #expect(standard.accessKeyID == "AKIDEXAMPLE")
        #expect(standard.secretAccessKey.revealed == "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        #expect(standard.sessionToken == nil)
        let role = try #require(SigningKey(sharedCredentials: Self.file, profile: "ci"))
        #expect(role.accessKeyID == "ASIAEXAMPLE")
        #expect(role.secretAccessKey.revealed == "se=cret")
        #expect(role.sessionToken?.revealed == "tok/en==")
        for profile in ["broken", "empty", "missing", ""] {
            #expect(SigningKey(sharedCredentials: Self.file, profile: profile) == nil)
        }
    }

    @Test("What is stored is read back, and nothing of it is printed")
    func stored() throws {
        let key = try #require(SigningKey(sharedCredentials: Self.file, profile: "ci"))
        #expect(SigningKey(sharedCredentials: key.stored, profile: SigningKey.storedProfile) == key)
        #expect(!"\(key) \(key.stored)".contains("se=cret") && !"\(key)".contains("tok/en"))
        var dump = ""
        Swift.dump(key, to: &dump)
        #expect(!dump.contains("se=cret"))
    }

    @Test("The environment's names are AWS's, and what could end a header is no key")
    func environment() {
        let names = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S"]
        #expect(SigningKey(environment: names)?.sessionToken == nil)
        #expect(SigningKey(environment: names.merging(["AWS_SESSION_TOKEN": ""]) { $1 })?.sessionToken == nil)
        #expect(
            SigningKey(environment: names.merging(["AWS_SESSION_TOKEN": "t"]) { $1 })?.sessionToken != nil
        )
        #expect(SigningKey(environment: names.merging(["AWS_SESSION_TOKEN": "t\r\nX: y"]) { $1 }) == nil)
        #expect(SigningKey(environment: names.merging(["AWS_ACCESS_KEY_ID": "a\nb"]) { $1 }) == nil)
        #expect(SigningKey(environment: ["AWS_ACCESS_KEY_ID": "A"]) == nil)
        #expect(SigningKey(environment: [:]) == nil)
    }
}
