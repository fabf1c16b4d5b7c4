"""Words that carry meaning by themselves, Korean and English side by side: which way, how much, how sure, by when.

They serve twice: as features the classifier weighs, and as the grammar that fills slots. One cue a line.
"""

import re
from collections.abc import Mapping

_TABLE: Mapping[str, tuple[str, str]] = {
    # --- mood of the sentence ---
    "question": (
        r"\?|까요|나요|는지|던가|을까|ㄹ까|할까|될까|인가|는가|니\s*$|어때|얼마|왜|무엇|뭐|뭔|어떻|언제|어디|몇",
        r"\?|^(?:what|why|how|when|which|who|will|would|should|is|are|do|does|did|can|could|am|was|were|has|have)\b|what'?s|how'?s",
    ),
    "hypothetical": (
        r"만약|만일|가정|라면|다면|[았었했]으면|[았었했]다면|치고|라고 치|시뮬|혹시라도|떨어지면|빠지면|오르면|하면\s*(?:어떻|얼마|뭐)",
        r"\bif\b|suppose|hypothetical|what would|would have|had i\b|imagine|scenario|simulat|pretend|were to\b|say that",
    ),
    "reported": (r"(?:형|누나|오빠|언니|친구|삼촌|이모|고모|사촌|동생|아빠|엄마|남편|아내|와이프|동료|상사|사장|유튜버|전문가|애널|기자|뉴스|선배|후배|지인|아저씨|매형|처남|사람들|다들)\S*\s.*(?:다고|라고|래|대(?:요|\s|$|[.,])|다던데|라던데|다네|다더라|라더라|하던데|그러던데)|(?:[다라]더라|[다라]던데|[다라]네요|다고 하던데|래요|대요)|그러는데|그러더|그랬습니다|그랬어|그랬대|했대|한대|된대|[이간온]대(?=\s|$|[.,!])|이래(?=\s|$|[.,])|다더라|라던데|한다던|기사에서|방송에서|유튜브에서|카더라", r"\b(?:brother|sister|friend|uncle|aunt|cousin|dad|mom|mum|father|mother|husband|wife|colleague|boss|neighbou?r|guy|youtuber|analyst|expert|pundit|news|people|they|everyone|he|she|twitter|reddit|barber|driver)\w*'?s?\s(?:\w+\s){0,4}?(?:says?|said|thinks?|reckons?|believes?|claims?|told|swears?|predicts?|insists?|is saying|keeps? saying)\b|apparently|rumou?r|i (?:heard|read|saw)|word is|(?:boss|dad|mate|cousin|uncle|brother|friend) (?:told|says|said)|everyone(?:'s| is)"),
    "negated": (
        r"지\s?(?:마|말|않|못)|하지\s?마|안\s|말고|아니|없|못\s|금지|싫",
        r"\b(?:no|not|don'?t|do not|never|won'?t|isn'?t|without|nothing|none|cannot|can'?t|nor|neither|stop)\b",
    ),
    "polite": (r"주세요|줘|바랍|부탁|해라|하자|할게|바람|주라|줄래|주시", r"\bplease\b|\bpls\b|\blet'?s\b|can you|could you|i want|i'?d like"),
    "fear": (
        r"무서|무섭|겁|못\s?참|못\s?견|못\s?버|미치|죽겠|죽을|살려|큰일|망했|망하|패닉|공포|잠[이도을]?\s?(?:안|못)|손(?:이|발)?\s?떨|심장|눈물|울|토할|지옥|끔찍|불안|두려|망연|어떡|어뜩|어쩌|제발|당장|빨리|얼른|ㅠ|ㅜ|!!",
        r"can'?t (?:take|sleep|stand|breathe|bear|handle|stop|watch|do this|eat|lose)|cannot (?:take|sleep|stand|bear)|panic|terrif|scare|afraid|fear|freak|shak(?:ing|y)|sick|nightmare|crying|tears|desperate|"
        r"oh (?:my )?god|omg|ruin|wiped? out|bleed|crash|disaster|doom|help me|right now|this instant|immediately|asap|before it'?s|!!|[A-Z]{4,}\s+[A-Z]{3,}|get me out|losing everything|goes to zero|make it stop|heart|drown|collaps|meltdown",
    ),
    "everything": (r"전부|다\s|싹|모두|모조리|몽땅|전량|죄다|올인|통째|전액", r"\b(?:everything|all|whole|entire|entirely|completely|every)\b"),
    "correction": (
        r"^(?:아+|앗|어|음|흠|아니|아냐|아녀|잠깐|잠만|참|에이|미안|죄송|정정|수정|다시)|아니라|말고|정정|수정|잘못|실수|착각|오타|다시\s|바꿔|바꾸|취소",
        r"^(?:no|nope|actually|oops|sorry|wait|hmm|hm|hold on|scratch|correction|i mean|rather|nah|my bad|make (?:it|that)|whoops)\b|i meant|scratch that|instead|not \d|wrong|typo|mistake|misspoke|on second thought",
    ),
    "pronoun": (
        r"그거|그것|그걸|그건|그게|그놈|그 (?:종목|주식|회사|자산|펀드|섹터|코인|녀석|애)|걔|이거|이것|이걸|이건|이게|이 (?:종목|주식|회사|펀드)|쟤|저거|거기|그쪽|해당|둘\s?다|그 둘|그런 거|그런거|그 반|방금|아까",
        r"\b(?:it|its|it'?s|that|this|them|they|those|these|one|ones|both|same)\b",
    ),
    "also": (r"도\s|도$|도요|도 같|추가로|역시|마찬가지", r"\b(?:also|too|as well|same (?:for|with|goes)|likewise|and (?:the )?)\b"),
    # --- orders ---
    "buy": (r"매수|사줘|사자|사라|살래|살게|사고|사서|사야|사주|사\s?놔|담아|담자|더 담|태워|투입|줍|질러|매입|늘려|늘리|확대|올려|키워", r"\b(?:buy|buying|purchase|add|put|invest|increase|grab|pick up|get me|load|scoop|bump|raise|top up|long)\b"),
    "sell": (r"매도|팔아|팔자|팔고|팔게|팔래|팔아줘|팔기|팔|매각|처분|정리|줄여|줄이|축소|덜어|던져|털어|익절|손절|청산|현금화|빼서|낮춰", r"\b(?:sell|selling|dump|unload|trim|reduce|cut|liquidat\w+|offload|exit|close out|get rid|ditch|shed|lighten|pare|cash out|scale back|halve|decrease|lower)\b"),
    "exclude": (r"제외|빼줘|빼고|빼라|빼주|빼자|빼|배제|금지|싫|안\s?(?:사|담|넣)|사지\s?마|담지\s?마|넣지\s?마|없애|지워|걸러|차단|거부|반대|사양|손대|없이|없었으면|떼고|들고 있을 수 없|못 들|못 담|못 사|투자 안|투자하지|걷어내|피하|꺼려|양심|종교|보이콧|끊|리스트에서 지|절대|사절|노노", r"\b(?:exclude|excluding|avoid|ban|remove|drop|no|never|without|keep out|leave out|rule out|stay away|screen out|steer clear|hate|refuse|blacklist|strike|skip|omit|off limits|don'?t want)\b|leave (?:\w+ )?(?:out|off)|off the (?:menu|list|table)|refrain|over my dead body|zero \w+|nothing (?:that|to do)|won'?t (?:own|touch|hold|buy)|against my (?:faith|religion|beliefs)|disown|boycott|out of (?:it|my)|do(?:es)? not belong|banned|can'?t hold|forbid\w*|prohibit\w*|not allowed|none of|stay out|weed out|get .* off|don'?t (?:buy|hold|own|touch)"),
    "include": (r"포함|넣어|추가|편입|담아|다시 (?:괜찮|허용|넣)|허용|해제|괜찮|풀어|들어가|풀어|해제|상관\s?없|이제 가능|섞어|깔아|한 (?:자리|스푼)|들어있|있었으면|들고 있고 싶|취소하고 담|사도 (?:돼|됨|좋)|허락|다시 (?:사|담|넣|편입)|돌려놔|초대|맛만", r"\b(?:include|add|allow|fine again|ok again|okay again|back in|welcome|permit|bring back|unban|put back|want some|lift|room for)\b|ban is over|may return|back on|allowed|ok(?:ay)? to (?:own|hold|buy)|no (?:longer|more) (?:an? )?(?:issue|object\w*|problem|bans?)|stop (?:blocking|excluding)|deserves?|part of (?:this|it|my|the mix)|universe|represented|expos(?:ed|ure) to|sprinkle|slice of|a place|in the mix|can come back|lift the|is (?:fine|ok|okay|allowed|acceptable)|are (?:fine|ok|okay|allowed|acceptable)|get me some|i'?d like some|throw in|work .* in|fold in"),
    "memory": (r"잊|기억|지워|삭제|리셋|초기화|없던", r"\b(?:forget|erase|delete|wipe|remember|memory|clear|remove|drop|discard|purge|reset|unlearn|scrap)\b"),
    "recall": (r"뭐라고|뭐랬|뭐였|였더라|였지|했더라|했지|기억(?:해|나|하)|말했|말한|알고 있|적어\s?둔|저장", r"\b(?:did i|have i|what (?:do|did) you (?:know|have|remember)|remind|my (?:goals?|limits?|views?|alerts?|exclusions?|settings?)|told you|on file|noted|list)\b"),
    "undo": (r"취소|되돌|돌려\s?놔|돌려\s?놓|무르|물러|물릴|원래대로|원상|철회|무효|번복|롤백|이전(?:으로| 상태)|되물|못 들은|없던 (?:일|걸)|뒤로|방금 (?:거|것|말|한)|백\s?스페이스|되감|돌아가|마지막 (?:거|것|변경|명령|수정)|직전", r"\b(?:undo|revert|take (?:that|it) back|roll\s?back|reverse|put it back|go back|restore|unsay|cancel|scratch|never ?mind|nvm|belay|ctrl)\b|rescind|annul\w*|unwind|reinstate|previous (?:state|settings?|version|request)|earlier settings|what we had|before (?:that|this|it)|as (?:it|things|you) w(?:as|ere)|last (?:change|thing|edit|command|one|order|instruction|step|tweak|modification|amendment|request)|i take (?:it|that) back|un-?\w+ (?:it|that)|wind back|backspace|pretend i never|spoke too soon|fat finger\w*"),
    "approve": (r"승인|진행|좋아|좋습니다|좋네|오케이|ok|ㅇㅋ|ㅇㅇ|ㄱㄱ|ㄱ$|그래|그렇게|동의|찬성|실행|네$|^네|^예|^응|^어$|콜|수락|고고|해줘|가자|맞아|확정|고 ㄱ|시행|체결|콜이|오키|옹키|굿|넵|그대로 (?:가|해|진행)|따르겠|허가|승락|수긍|받아들|결재|밀어붙|추진|하시죠|질러|사인", r"\b(?:approve|approved|yes|yep|yeah|yup|sure|ok|okay|go ahead|agree|accept|do it|execute|confirm|fine|sounds good|looks good|green light|proceed|deal|let'?s go|lgtm|works)\b|thumbs up|👍|pull the trigger|good to go|on board|that'?ll do|crack on|ship it|aye|authori[sz]e\w*|sign me up|roll with|let'?s roll|i'?m in\b|place it|carry (?:it|on)|make it happen|happy with|persuaded|convinced me|all good|fair enough|nod|amen|works for me|no objections?|i'?ll take it|apply it|go for it|send it|k\b"),
    "reject": (r"거절|거부|반대|싫|아니요|아뇨|^아니|안\s?(?:할|해)|하지\s?마|됐어|됐습|별로|패스|기각|보류|그만|ㄴㄴ|노노|관둬|관두|마음에 안|리젝|부결|반려|버려|치워|내키지|못 하겠|안 되겠|퇴짜|아닌 (?:것|거|듯)|접자|사양|그건 좀|안 해요|안함|싫습니다|무르고", r"\b(?:reject|decline|no|nope|nah|pass|refuse|not now|don'?t|turn down|no thanks|no deal|bin it|rather not|discard|not interested|against)\b|veto\w*|throw it (?:out|away)|rubbish|not keen|bin it|forget it|won'?t be taking|stay as i am|not (?:convinced|happy|comfortable|for me)|thumbs down|👎|scrap it|that'?s a no|i'?ll pass|can'?t accept|don'?t (?:accept|agree|want|like)|no way|hard no|leave (?:it|things) as"),
    "proposal": (r"제안|추천안|방금 (?:안|짜|보여|준)|이\s?안|그\s?안|초안|짜준|내놓은|배분안|플랜|계획안|시안|권한|제시|안(?:에서|대로|은|을)\s|배분\s|추천한|추천해\s?준|보여준|내준|그 안|올린|주신|변경안|이번 안|새 포트|리스트", r"\b(?:propos\w+|suggest\w+|plan|draft|recommend\w+|offer|mix you|allocation you|your idea)\b|the (?:mix|allocation|portfolio) you|you (?:propos|suggest|recommend|show|offer)\w*|that mix|new mix|version|on the table|you came up with|your (?:mix|list|numbers|weights|portfolio)"),
    "thanks": (r"고마|감사|안녕|반가|수고|하이|ㅎㅇ|헬로|도움말|도와|사용법|뭐 할 수|굿모닝|잘 자|좋은 (?:아침|하루|밤)|복 많이|바이바이|잘 부탁|주린이|재밌|덕분|덕이|굿나잇|식사|기분|멋지|똑똑|수고|심심|위로|칭찬|최고야|ㅎㅎ|ㅋㅋ|땡큐|쌩유|안뇽|반갑", r"\b(?:thanks?|thank you|hello|hi|hey|good (?:morning|evening|night|day)|cheers|bye|help|what can you|how are you|nice to|ta|appreciate)\b|see (?:ya|you)|cya|yo\b|lol|lmao|haha|weekend|brilliant|awesome|great job|well done|nice one|you'?re (?:a )?(?:great|star|funny|the best|kind|helpful|sweet)|anybody (?:home|there)|good (?:bot|stuff|chat)|gotta (?:run|go)|brb|ttyl|my friend|sorry for|typo|cheer|greetings|howdy|take care|goodnight|how'?s (?:life|it going|your)|who (?:are|made) you|are you (?:a|real|human|there)|appreciated|obliged|talk (?:later|soon)|pleasure|welcome"),
    # --- limits ---
    "max": (
        r"최대|이하|넘지|넘기|넘으|넘게|넘어가|초과|상한|한도|까지만|까지|미만|못\s?넘|안\s?넘|캡|cap|맥스|max|이내|안쪽|이상\s?(?:은|는|으로)?\s?(?:담지|사지|넣지|갖지|하지|들지|가지|못|안|금지|싫|말|안돼|보유하지)|천장|제한|위로는|밑으로 유지|아래로",
        r"\b(?:max|maximum|at most|no more than|not more than|cap|capped|limit|limited|ceiling|under|(?<!never )(?<!go )(?<!drop )below|up to|exceed|over|above|never more|not over|upper|(?<!no )(?<!not )(?<!never )less than|beyond|top out|more than|no bigger|no larger|no higher|tops|within)\b",
    ),
    "min": (
        r"최소|이상|하한|적어도|밑으로(?:는)?\s?(?:안|못|내려)|아래로(?:는)?\s?(?:안|못|내려)|미니멈|min|플로어|바닥|최저|못해도|미만으로(?:는)?\s?(?:안|못|내려)|이하로(?:는)?\s?(?:안|못|내려|떨어지)|보다 적|깔고|넘게 (?:유지|가져|보유|들)|는 있어야|은 있어야|는 유지|은 유지",
        r"\b(?:min|minimum|at least|no less than|not less than|floor|never less|never below|not below|lower bound|or more|never under|no lower|don'?t (?:go|let it|let \w+) (?:below|under|fall|drop|dip)|no fewer|or higher|upwards)\b",
    ),
    "exact": (r"정확|딱|맞춰|고정|정확히|으로 해|로 해|로 세팅|로 맞|로 가|유지해|로 조정", r"\b(?:exactly|exact|precisely|fixed|fix|set (?:it |\w+ )?(?:at|to)|flat|hold .* at|target of|pin|lock|cut to|bring .* to|keep .* at|on the dot|dead on)\b"),
    # --- ways ---
    "up": (
        r"오르|오를|오른|올라|상승|뛸|뛰|급등|폭등|반등|랠리|강세|좋을|좋아질|좋다|좋게|좋아 보|간다|갈 것|가즈아|우상향|떡상|불장|뜬|뜰|튈|치솟|회복|이길|이긴|아웃퍼폼|나을|낫|앞설|앞선|우위|날아|긍정|높아|커질|살아|유망|대박|밝|잘 될|잘될|벌|수익 날|기대",
        r"\b(?:up|rise|rises|rising|risen|gain|gains|grow|grows|climb\w*|rally|rallies|rallying|surge\w*|soar\w*|jump\w*|beat|beats|beating|outperform\w*|higher|bull|bullish|moon\w*|strong|stronger|strengthen\w*|recover\w*|double|doubles|boom\w*|pop|pops|win|wins|ahead|better|outpace\w*|return|returns|rip|rebound\w*|upside|crush|crushes|does well|do well|lead|leads|shine|positive|optimistic|overtake|top|tops|run|runs|undervalued|cheap)\b",
    ),
    "down": (
        r"내리|내릴|내린|내려|하락|떨어|빠지|빠질|빠진|급락|폭락|약세|나빠|안 좋|안좋|망할|망한|꺾|조정|죽쑬|떡락|하방|뒤처|뒤질|못할|못한|부진|밀릴|밀린|약할|침체|거품|버블|터질|고꾸라|폭망|박살|추락|부정|비관|어둡|끝물|끝났|위험해|반토막|녹|저조|춥|주춤|둔화|손실|손해|마이너스|낮아|줄어",
        r"\b(?:down|fall|falls|falling|fell|drop|drops|dropping|decline\w*|crash\w*|lose|loses|losing|lower|bear|bearish|weak|weaker|weaken\w*|plunge\w*|tank|tanks|tanking|sink|sinks|slide|slides|underperform\w*|lag|lags|lagging|trail|trails|worse|slump\w*|shrink\w*|tumble\w*|correct|correction|bleed|bleeds|toast|bubble|burst|overvalued|downside|dip|dips|collapse\w*|behind|negative|pessimistic|suffer\w*|struggle\w*|headed south|doomed|dog|roll over|pull ?back|overpriced|slip|slips|disappoint\w*|loss|losses|cheaper|below|under)\b",
    ),
    "versus": (r"보다|대비|비해|상대로|vs|대신|앞서|이길|이긴|제치", r"\b(?:than|over|versus|vs|against|beat|beats|beating|outperform\w*|lag|lags|trail|trails|relative to|compared (?:to|with)|underperform\w*|outpace\w*|behind|ahead of|crush|crushes|overtake|top|tops)\b"),
    "high": (r"확신|확실|분명|무조건|백퍼|100\s?(?:%|퍼|프로)|틀림없|장담|강하게|꽤\s?자신|자신\s?있|자신있|반드시|의심의 여지|당연|틀림|철석|강력", r"\b(?:sure|certain|certainly|confident|convinced|definitely|no doubt|doubtless|guaranteed?|100\s?%|positive|strongly|bet the|high conviction|high confidence|absolutely|undoubtedly|all in on that|mark my words|no question|bank on|trust me)\b"),
    "medium": (r"아마|반반|중간|어느\s?정도|웬만|그럭저럭|보통 (?:정도|확신)|확신도 중|절반쯤", r"\b(?:fairly|reasonably|moderate\w*|probably|somewhat|medium|middling|likely|half[- ]?sure|fifty[- ]fifty|so[- ]so)\b"),
    "low": (r"글쎄|어쩌면|혹시|약한|잘 모르|모르겠|자신\s?(?:은\s)?없|자신없|확신(?:은|이)?\s?(?:없|안|못|낮)|낮은 확신|느낌만|긴가민가|감이지만|확신도 낮|살짝|감으로|막연|반신반의", r"\b(?:maybe|perhaps|might|possibly|not (?:so |too |very |super |really |that |all that |entirely |at all )?(?:sure|certain|confident)|unsure|low conviction|low confidence|hunch|wild guess|mildly|slightly|don'?t hold me|not convinced|weakly|guess|shaky|tentative\w*|could be wrong|gut)\b"),
    "more": (r"더|늘려|늘리|올려|높여|추가|확대|키워|많이|상향|증액|업", r"\b(?:more|increase|add|bigger|larger|raise|higher|up|boost|bump|extra|beef|heavier|grow|double|expand)\b"),
    "less": (r"덜|줄여|줄이|낮춰|내려|축소|감소|적게|하향|깎|감액|조금만|다운", r"\b(?:less|reduce|decrease|smaller|lower|cut|trim|down|fewer|lighter|shrink|dial|halve|ease|pare|scale)\b"),
    "remove": (r"빼|제외|없애|삭제|제거|지워|덜어내|0\s?(?:%|프로|퍼)", r"\b(?:remove|drop|without|exclude|take out|delete|minus|ditch|lose|no|get rid|strip|scrap|kick|cut out|omit|leave out|except|skip|zero|strike|swap out)\b"),
    # --- money ---
    "reserve": (r"비상|남겨|남기|항상|상시|따로|예비|묶어|쥐고|손대지|현금으로 (?:둬|두|보유|유지|가지)|놔둬|놔두|빼놓|확보|예치|보관|건드리지", r"\b(?:reserve|aside|emergency|buffer|always|at all times|liquid|rainy|cushion|untouched|on hand|keep|hold back|spare|hold|uninvested|parked|safety|don'?t invest|leave)\b"),
    "withdraw": (r"필요|써야|쓸|쓰려|인출|출금|찾|뺄|빼야|나갈|나가|내야|지출|목돈|잔금|갚|빼서|빼 쓰|꺼내|찾아|뽑", r"\b(?:need|needed|withdraw\w*|take out|pull out|pay|spend|cash out|due|use|bill|tuition|require|owe|drawing?|draw|out)\b"),
    "deposit": (r"입금|넣었|넣을|넣는다|넣겠|추가 (?:납입|입금|자금)|이체|송금|들어와|들어온|보냈|보낼|납입|투입|충전|보너스|채워|예치|저축|불입|적립", r"\b(?:deposit\w*|wired?|transfer\w*|add(?:ed|ing)?|top(?:ped|ping)? up|sent|sending|put(?:ting)? in|contribut\w*|fund|funded|incoming|bonus|pay(?:ing)? in|inject|arriv\w*|into my account|inherit\w*|paid in|coming in)\b"),
    "monthly": (r"매달|매월|월\s|다달이|달마다|한\s?달에|씩|월(?=\s?\d)|월급", r"\b(?:monthly|a month|per month|each month|every month|/\s?mo|/month|pcm|p\.?m\.?|mo)\b|/mo\b"),
    "position": (r"보유|물량|중에|가진|포지션|갖고|들고|있는 거|반만|절반|전량|전부|몽땅|다\s", r"\b(?:of (?:my|the|our|it|them)|position|holding|holdings|my|stake|shares)\b"),
    "points": (r"%\s?p|퍼센트\s?포인트|프로\s?포인트|포인트|피피|%\s?(?:더|만큼|정도 더)|비중", r"\b(?:points?|pp|pps|percentage points?|weight|allocation|bps|basis)\b"),
    # --- watch ---
    "alert": (r"알려|알림|알람|알리|연락|통보|말해|경보|노티|푸시|귀띔|얘기해|문자|톡|경고|신호|기별|전화|말씀|핑|푸시|push|noti|깨워|신호 줘|찔러|띄워|울려|메일|email|카톡|귀띔|통지|팝업|불러", r"\b(?:alert|notify|tell me|let me know|ping|warn|text me|message|email|shout|flag|heads[- ]up|buzz|alarm|notification|give me a|call me|holler|signal|wake me|nudge)\b|ring me|need to know|i want to (?:know|be told|hear)|drop me a|note\b|give me a (?:call|shout|buzz|ring)|phone me|telephone|keep an eye|watch for|set off|sound the|tip me|let .* know|when .* hits|be told|poke|page me|write (?:to )?me|say so|remind me"),
    "above": (r"넘|이상|초과|위로|오르|돌파|상회|찍|도달|뚫|올라|회복|찍으면|넘어|되면|커지|웃돌", r"\b(?:above|over|exceeds?|more than|hits?|reach\w*|rises?|cross\w*|passes|goes up|breaks?|tops?|climbs?|greater|beyond|up|higher|past|gets to|north|surpass\w*|at least)\b"),
    "below": (r"밑|아래|이하|미만|떨어|내려|하회|빠지|깨지|내리|꺼지|붕괴|무너|줄면|작아|밑돌|하락", r"\b(?:below|under|falls?|drops?|less than|dips?|sinks?|lower|down|beneath|slides?|slips?|loses|south|shrinks?|tumbles?|declines?)\b"),
    "volatility": (r"변동성|변동|흔들|출렁|들쭉|볼라|vol|요동|표준편차|등락|널뛰", r"\b(?:volatil\w*|vol|swings?|choppy|standard deviation|bumpy|wobbl\w*|jitter\w*|turbulen\w*|sigma|stdev)\b"),
    "drawdown": (r"낙폭|mdd|손실|손해|잃|까먹|마이너스|날려|떨어지는|하락|고점 대비|깨지|최악|드로다운|물려|빠지", r"\b(?:draw ?downs?|loss|losses|lose|losing|loses|lost|peak|worst|mdd|down|stomach|underwater|decline|drop|fall|trough|dip|hit)\b"),
    "gain": (r"수익|이익|벌|익절|플러스|오르면|상승|먹으면|이득|목표가|수익률", r"\b(?:gains?|profits?|up|returns?|earn\w*|made|make|winning|rises?|appreciat\w*|green|gained|ahead|rallies|jumps?|climbs?|pops?)\b"),
    "price": (r"가격|주가|시세|원\s|달러|만원|불|가\s|시장가|호가", r"\b(?:price|trades? at|dollars?|won|usd|krw|per share|quote|hits?)\b|\$|₩"),
    "weight": (r"비중|비율|몫|차지|포트폴리오의|할당|퍼센티지|쏠림", r"\b(?:weight\w*|allocation|share of|of (?:my|the|our) (?:portfolio|book|money|total|account|pot)|exposure|slice|proportion|portion|percentage of|makes up|part of|takes up)\b"),
    # --- time ---
    "day": (r"오늘|하루|어제|일간|당일|24\s?시간|금일|전일", r"\b(?:today|daily|1d|yesterday|24h|a day|this morning|the day|day)\b"),
    "week": (r"주간|이번\s?주|일주일|한\s?주|매주|주마다|1주|지난주|주 1회|주에", r"\b(?:week|weekly|7 days|1w|weeks?)\b"),
    "month": (r"한\s?달|이번\s?달|월간|1개월|매달|매월|지난달|달마다|월 1회|일개월|한 달|월마다|다달이", r"\b(?:month|monthly|1m|30 days|months?)\b"),
    "quarter": (r"분기|3개월|석\s?달|세\s?달|삼개월", r"\b(?:quarter|quarterly|3 months|three months|3m|qtr|q[1-4])\b"),
    "half": (r"반년|6개월|여섯\s?달|반기|상반기|하반기|육개월", r"\b(?:six months|6 months|half[- ]year|half a year|6m)\b"),
    "year": (r"1년|일년|한\s?해|연간|매년|해마다|12개월|작년|지난해|연 1회|년에|열두\s?달|일 년|년마다", r"\b(?:year|yearly|annual\w*|12 months|1y|twelve months|per annum|yr|last year|years?)\b"),
    "ytd": (r"올해|금년|연초|연중|ytd|1월부터|새해", r"\b(?:ytd|year to date|this year|since january|so far this year|since new year|start of the year|jan)\b"),
    "all": (r"처음|시작|가입|전체\s?기간|지금까지|누적|개설|여태|첫날", r"\b(?:since (?:the )?(?:start|begin\w*|inception|day one|i (?:started|joined|opened|began|signed))|all[- ]time|from the (?:start|beginning|outset)|lifetime|ever since|inception|day one|entire history|overall|to date|since opening)\b"),
    "now": (r"지금|당장|바로|즉시|한번|이번에|오늘", r"\b(?:now|right away|immediately|today|once|at once|straight away)\b"),
    "event": (r"큰일|이벤트|일이 있|사건|급변|급락|틀어|벗어|크게|비상|시장이|흔들릴|때만|상황 봐|이슈|필요할 때", r"\b(?:event|something (?:big|happens)|only when|when(?:ever)? (?:needed|the market|markets|it|things|weights|something)|drift\w*|not by the calendar|big moves?|out of (?:line|whack|range)|shocks?|trigger\w*|bands?|threshold|event[- ]driven)\b"),
    "safer": (r"낮춰|낮추|줄여|줄이|덜|안전|안정|보수|조심|얌전|잔잔|완만|마음 편|편안|방어|브레이크|지키", r"\b(?:safer?|safety|calm\w*|conservativ\w*|cautious|careful\w*|less risk\w*|lower|reduce|dial|tone|down|defensive|gentle\w*|steadier|steady|stable|tame|protect\w*|off the table|nervous|sleep|smooth\w*|mild\w*|ease|easier|prudent)\b"),
    "riskier": (r"높여|높이|올려|올리|공격|과감|화끈|위험(?:을|도)?\s?(?:더|감수)|세게|쎄게|하이 ?리스크|풀악셀|악셀|지르|도전|모험|수익(?:률)?(?:을|이)? (?:더|높)", r"\b(?:riskier|aggressiv\w*|more risk|raise|increase|crank|up|bold\w*|daring|adventur\w*|juice|punch\w*|spic\w*|racier|gutsier|throttle|gas|yolo|swing for|higher|growth|ramp|push|hotter|wild\w*)\b"),
    "balanced": (r"중립|중간|균형|보통|무난|적당|반반|중위험", r"\b(?:balanced?|moderate\w*|middle|medium|neutral|in between|halfway|average|normal|mid)\b"),
    "plan": (r"짜\s?줘|짜\s?봐|짜|설계|구성해|구성안|배분|추천|제안(?:해|서|좀| 부탁| 받)|초안|최적화|만들어|굴리|나눠|포트폴리오 하나|플랜|최적|새로|다시 계산|산출", r"\b(?:propos\w+|suggest\w*|recommend\w*|optimi[sz]\w+|optimal|design\w*|build\w*|construct\w*|put together|come up with|knock\w* together|work out|draft\w*|create|generate|allocation|mix|asset split|model portfolio|make me|give me a|set up|fresh|brand new|start from scratch|what should i (?:hold|own)|invested)\b"),
    "balance": (r"리밸|재조정|재정렬|재배분|균형(?:을)? 맞|비율(?:을|로)? (?:맞|다시|원래)|원래 비율|목표 비중|비중(?:을)? (?:다시|원래|맞춰|정리)|되맞|리셋|흐트러|틀어|벗어나", r"\b(?:re-?balanc\w*|realign\w*|true (?:up|the)|put (?:\w+ ){0,4}back|back (?:in line|to target|on target|into shape|in proportion|where they)|reset|proportions?|drift\w*|restor\w+|tidy|re-?weight\w*|readjust\w*|target weights?|out of (?:line|whack)|skewed|level (?:it|things) out|even (?:it|things) out|bring .* (?:in|into) line)\b"),
    "offtopic": (r"날씨|맛집|요리|레시피|축구|야구|영화|드라마|노래|코드|파이썬|강아지|고양이|여행 (?:일정|코스)|점심|저녁 메뉴|치킨|번역|숙제|농담|게임 추천|운세|로또|연예|손흥민|병원|감기|다이어트|운동|연애|여친|남친|생일|넷플릭스|수학|역사상|누구야", r"\b(?:weather|recipe|dinner|lunch|movie|film|football|soccer|cricket|baseball|game tonight|joke|poem|song|translate|python|code|debug|lottery|cook\w*|fever|doctor|knee|headache|capital of|meaning of life|president|homework|essay|dog|cat|plumber|hotel|flight|restaurant|rome|paris|diet|gym|birthday|netflix|math|score|wife's present|horoscope|who won|wifi)\b"),
    "helps": (r"도움말|사용법|뭐 할 수|무엇을 할 수|할 줄 아|기능|명령어|어떻게 써|어떻게 쓰|뭘 물어|가이드|설명서|처음이라|처음인데|초보", r"\b(?:help|commands?|functions?|features?|what can (?:you|i)|how (?:do|does) (?:i|this|it) (?:use|work)|guide|tutorial|manual|kind of questions?|capabilit\w*|able to do|instructions for|beginners?|getting started|options do i have)\b"),
    "calm": (r"차분|침착|고민 끝|생각해\s?봤|계획대로|이익 실현|차익|익절|냉정|천천히|패닉 아니|진정", r"\b(?:calm\w*|thought (?:it|about|this)|not panicking|no panic|no rush|as planned|made my profit|take profits?|considered|decided|carefully|rationally|reviewed|cool head)\b"),
    "vague": (r"아무거나|알아서|그거 있잖|뭔가|어떻게 좀|거시기|저번처럼|그때 그|둘 중|뭐랄까|음\s?$|그러니까|글쎄|잘 모르겠|하나만|대충|고민|이상한데|좀 아닌", r"\b(?:whatever|something|somehow|the (?:usual|other one|thing|one)|sort it|fix (?:it|my)|as discussed|you know|do what you think|surprise me|dunno|don'?t know|not sure|hmm+|maybe later|think (?:it|about) over|let me think|which|either|between the two|if you follow|wise to|too much\?|good idea|better\?|should i)\b"),
    "bad": (r"미친|폭망|박살|개박|물렸|반토막|나락|지하실|던져|탈출|도망|빼줘 빨리|날아가|깡통|피눈물|멘붕|손 ?털|시퍼|파란", r"\b(?:annihilat\w*|halved|chuck|dump|blow (?:them|it) out|kill the position|bail|run for|give up|beaten|going mad|can'?t look|imploding|dying|rekt|screwed|finished|toast|hell out|save (?:me|what)|what'?s left|to zero|gone)\b"),
    # --- subjects ---
    "portfolio": (r"포트|잔고|보유|비중|구성|내 자산|얼마나 (?:있|들|가)|계좌|뭐 들고|종목|목록|몇\s?(?:프로|퍼|%)", r"\b(?:portfolio|holdings?|own|hold|allocation|positions?|breakdown|what do i have|composition|how much|balance|book)\b"),
    "performance": (r"수익|성과|실적|벌었|잃었|얼마나 (?:올|벌|늘)|손익|이익|퍼포먼스|성적|플러스|마이너스", r"\b(?:perform\w*|returns?|profit|p&l|pnl|gain\w*|made|earned|up or down|how (?:am|are|did|have|has)|doing|results?|loss|money)\b"),
    "risk": (r"위험|리스크|변동성|risk|샤프|베타|var|노출|안전", r"\b(?:risk\w*|volatil\w*|var|beta|sharpe|exposure|safe|dangerous|exposed)\b"),
    "goal": (r"목표|자금|은퇴|계획|꿈|목적", r"\b(?:goals?|saving|targets?|plans?|aims?|retire\w*|dream|objectives?|fund)\b"),
    "exclusions": (r"제외|금지|빼|배제|싫|안 사|블랙리스트|기피|걸러", r"\b(?:exclu\w*|ban\w*|avoid\w*|black ?list\w*|off limits|refus\w*|no[- ]go|never (?:hold|buy|own)|screen\w*|veto\w*|rule\w* out|don'?t want)\b"),
    "views": (r"전망|의견|뷰|view|생각|예상|예측|본다고|견해|관점|오를|시각", r"\b(?:views?|opinions?|outlook\w*|forecasts?|think|thought|beliefs?|believe|predict\w*|hunch\w*|bullish|bearish|calls?|expect\w*|convictions?)\b"),
    "limits": (r"한도|상한|하한|제한|최대|최소|리밋|캡|비중 (?:규칙|설정)|cap", r"\b(?:limits?|caps?|floors?|max\w*|min\w*|ceilings?|constraints?|bounds?|restrict\w*|capped|limited)\b"),
    "alerts": (r"알림|알람|경보|알려|노티|통보|경고", r"\b(?:alerts?|alarms?|notif\w*|warn\w*|reminders?|pings?|watch\w*|triggers?|tell me when)\b"),
    "cash": (r"현금|인출|출금|비상금|입금|돈 (?:필요|쓸|뺄)|예비|자금 (?:계획|필요)|유동", r"\b(?:cash|withdraw\w*|reserve\w*|deposit\w*|emergency|liquid\w*|money (?:out|in|needed)|set aside|buffer|rainy|cash flow\w*)\b"),
    "news": (r"뉴스|소식|기사|헤드라인|속보|무슨 일|이슈|새로운 거|근황|동향|보도", r"\b(?:news|headlines?|latest|articles?|happening|going on|stories|press|reports?|updates?|briefing|wires?)\b"),
    "history": (r"때마다|과거|역사|역대|전후|당시|시기|지난번|이후|발표 (?:후|나면|날)|보통|통상|나오는 날|나온 날|어땠|겪|사태 때|있었던|발표일|지나고|직후|패턴|평균적", r"\b(?:histor\w*|past|usually|after|during|around|typically|previous\w*|last time|tend\w*|when|react\w*|respond\w*|episodes?)\b|\bdays\b|swing|move on|on (?:report|results|fed|cpi)|come through|came through|fared?|how .* did|in the (?:week|month|days) (?:after|following)|pop on|statistic\w*|average move|episode\w*|precedent|look back|track record|prior|past"),
    "backtest": (r"백테스트|백테|과거에|부터 (?:했|굴|돌|투자)|돌려|굴렸|시뮬|검증|년간|년 전|테스트|굴리|시뮬|과거 (?:데이터|시뮬|자료)|돌려\s?봐|년치|시작했|했으면|했다면|테스트|역사적|년부터|과거로|지난 \d+년|최근 \d+년", r"\b(?:back ?test\w*|test\w*|since \d{4}|historical\w*|walk[- ]forward|would have (?:done|returned|performed|made)|simulat\w*|over the (?:last|past)|run|from \d{4})\b|old data|prove it|go back (?:in time|to)|roll(?:ed)? it forward|recreate|replay|equity curve|launched in|over history|historic|through its paces|try (?:it|my|the).*(?:data|years)|out[- ]of[- ]sample|years of (?:prices|data)|crunch|had i (?:held|started|invested)|starting in|from (?:19|20)\d\d|onwards?|sim\b"),
    "compare": (r"비교|대비|견주|vs|나은|낫|대결|보다|맞대|이기|벤치마크|차이|대봐|대조|상회|하회|이겨|이기고|지고|앞서|뒤지|견줘|붙여|나란히|vs|초과 ?수익|알파|성적 비교|차이가|더 나|우열", r"\b(?:compar\w*|versus|vs|against|benchmark\w*|better than|stack up|beat\w*|relative|outperform\w*|differ\w*|side by side|match|next to|measure)\b|winning|kept up|contrast|keep pace|outdo|hold up against|up against|how do i fare|ahead of|behind the|alpha|excess return|who'?s|versus me|against me|against mine|than mine|line up|measured|beside"),
    "trades": (r"거래|매매|csv|엑셀|파일|내역|업로드|가져오|불러오|증권사|키움|체결|영웅문|기록|올릴|첨부|주문 (?:내역|기록)|매도 타이밍|내가 산|사고판|거래소|앱에서|읽어|붙여|체결|통장 내역", r"\b(?:trades?|csv|file|upload\w*|import\w*|statement|broker\w*|transactions?|history|spreadsheet|export\w*|tickets?|load|xls\w*|fills|ledger|attach\w*)\b|orders\b|past orders|contract notes|records|blotter|realised|dealing|fills|pull in|sync|connect|bring (?:in|over)|transfer .* (?:history|record)|traded|trading"),
    "analyze": (r"분석|성향|습관|패턴|어떤 투자자|투자 스타일|스타일|버릇|실수|진단|평가|타이밍|심리|편향|성격|리포트|며칠 만에|회전율|뇌동|물타기|추격|충동|승률|장단점|단점|약점|보유 기간|따져|살펴|점검", r"\b(?:analy[sz]\w*|habits?|patterns?|kind of investor|style|mistakes?|tend|behaviou?r\w*|bias\w*|profile|trader|judge|diagnos\w*|losers|winners)\b|bias\w*|overtrad\w*|disciplin\w*|herd\w*|holding period|win rate|personality|tendenc\w*|am i (?:a|an|too)|chase|chasing|disposition|investor type|risk aversion|good at|bad at|stop[- ]loss\w*|timing|infer|study|verdict|what sort of"),
    "tax": (r"세금|세율|양도세|양도소득|절세|과세|연말정산|비과세|금투세|종소세|isa|공제|증여세|상속세|배당소득|신고|원천징수|세액|세무|국세|홈택스|원천|부가세|배당세|상속세|증여|세이브|환급|과표|공제|건보료", r"\b(?:tax\w*|irs|deduct\w*|1099|w-?8ben|capital gains|withholding|roth|ira|filing|hmrc|isa|wash sale)\b|taxed|taxable|taxation|taxman|write[- ]off|deduction|allowance|hmrc|loss harvest\w*|dividends? tax|estate tax|gift tax|vat|owe the"),
    "predict": (r"오를까|내릴까|떨어질까|갈까|얼마까지|예측|전망해|될까|찍을까|어디까지|내일|맞춰|반등할|폭락(?:할|이 올)|오를까|내릴까|갈까|될까|어디로|얼마(?:까지| 갈)|바닥|꼭지|고점|저점|찍을|전망(?:이|은|해)|몇 (?:층|만)|맞혀|맞춰|점쳐|예언|사도 될|언제 (?:오르|반등|회복)", r"\b(?:will|going to|predict\w*|forecast\w*|by (?:christmas|year[- ]?end|next|the end|december)|where (?:will|is)|next (?:week|month|year)|price target|tomorrow|crystal ball|top out|bottom)\b|where .* (?:heading|going|headed)|will .* (?:hit|reach|rise|fall|go|recover|open|close|crash|double|moon)|gonna (?:open|close|hit|go|be|crash|moon)|predict|forecast|guess|10x|next big|how high|how low|when will|by (?:friday|monday|summer|winter)|tell me the future|price (?:in|at|by)|pick"),
    "finance": (r"대출|보험|예금|적금|신용|카드|연금|주담대|청약|퇴직|대환|은행|모기지|이자|계좌 개설|파산|월세|전세|대출|주담대|마이너스 통장|전세 대출|보험|실비|적금|예금 (?:금리|이자|특판)|신용 ?(?:등급|점수|카드)|국민연금|퇴직연금|환전|송금|계좌 (?:개설|만들)|카드 추천|파산|개인회생|월급 관리|가계부", r"\b(?:mortgage|loans?|insurance|credit|debt|bank\w*|pension|401k|social security|interest rate|refinanc\w*|savings account|checking|lease|annuit\w*|will and|estate|lend\w*|budget)\b|mortgage|refinanc\w*|loan|insurance|credit (?:card|score)|overdraft|social security|state pension|savings (?:account|rate)|current account|bank(?: account)?|student debt|remit\w*|open an account|crowdfund\w*|premium bonds|rent or buy|budget\w*|payday|lease"),
    "shock": (r"폭락|급락|급등|빠지면|떨어지면|오르면|하락하면|반토막|충격|날아가|무너지|뛰면|터지면|폭등|내리면|상승하면", r"\b(?:falls?|fell|drops?|dropped|crash\w*|plunge\w*|tank\w*|rises?|rose|jump\w*|shock\w*|loses?|lost|collapse\w*|surge\w*|halv\w*|gains?|slump\w*|spikes?|doubl\w*)\b"),
    "why": (r"왜|이유|까닭|근거|어째서|설명|배경|원인|무슨 생각|의도|기준(?:으로)?|판단|취지|뭐\s?땜|뭔 생각|생각에서|무슨 일|까닭|납득|궁금한 게|이해가 안|근거|논리|사유|웬|어쩌다", r"\b(?:why|reason\w*|explain\w*|how come|rationale|what'?s the (?:point|logic|thinking|idea)|justif\w*|what made|what for|because|logic)\b|\by did\b|\by\b|grounds|motive|purpose|driver\w*|role|what'?s .* for|who decided|trigger\?|how did (?:you|we) (?:get|arrive|come)|walk me through|talk me through|take me thr\w+|defend|point of|argument for|clarify|thinking|behind|help me understand|make sense|attribute|moved you"),
    "changed": (r"바뀌|변했|변경|줄었|늘었|줄인|늘린|팔았|샀|달라|조정|감소|증가|바꿨|빠졌|내려갔|올라갔|들어왔", r"\b(?:chang\w*|shrink|shrank|shrunk|reduced?|increas\w*|went (?:up|down)|moved?|cut|raised|sold|bought|dropped|grew|trimmed|added|differ\w*|lowered)\b"),
    "show": (r"보여|띄워|볼래|알려|확인|조회|보자|보고 싶|궁금|공개|얼마|현황|파이\s?차트|평가액|총평|그래프|차트|요약|리포트|잔액|펼쳐|출력|열어|뽑아|브리핑|상태|표로|한눈에|내역", r"\b(?:show|see|display|view|look|give me|what'?s my|pull up|check|list|tell me|where)\b|chart|graph|pull up|where do i stand|how'?s my|hows my|what'?s in|whats in|summary|snapshot|overview|statement|report|dashboard|status|position\b|recovered|let me (?:see|have)|breakdown|how (?:deep|much|risky|big|far)|tell me my|ytd|pnl"),
}  # fmt: skip

CUES: Mapping[str, re.Pattern[str]] = {
    name: re.compile(f"(?:{korean})|(?:{english})", re.I if name != "fear" else 0)
    for name, (korean, english) in _TABLE.items()
}
"""Every cue by name; one pattern for both languages, since people mix them."""


def has(name: str, text: str) -> bool:
    """True when the cue occurs in the text."""
    return CUES[name].search(text) is not None


def where(name: str, text: str) -> list[int]:
    """Offsets at which the cue occurs."""
    return [match.start() for match in CUES[name].finditer(text)]


def found(text: str) -> tuple[str, ...]:
    """Names of all cues in the text."""
    return tuple(name for name, pattern in CUES.items() if pattern.search(text))
